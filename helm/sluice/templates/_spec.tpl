{{/*
The spec of a FlinkDeployment. Takes {root, name, values}.
*/}}
{{- define "sluice.spec" -}}
{{- $folder := include "sluice.definitionsFolder" . -}}
image: {{ include "sluice.image" . | quote }}
imagePullPolicy: {{ .values.image.pullPolicy }}
flinkVersion: {{ .values.flinkVersion }}
mode: native
serviceAccount: {{ .root.Values.serviceAccount.name }}
{{- with .values.restartNonce }}
restartNonce: {{ int64 . }}
{{- end }}
flinkConfiguration:
  {{- include "sluice.flinkConfiguration" . | nindent 2 }}
logConfiguration:
  log4j-console.properties: |
    {{- .values.logConfiguration | default (printf "property.pipeline=%s\n%s" .name (.root.Files.Get "files/log4j-console.properties")) | nindent 4 }}
{{- if .values.ingress.enabled }}
ingress:
  {{- omit .values.ingress "enabled" | toYaml | nindent 2 }}
{{- end }}
{{- with .values.podTemplate }}
podTemplate:
  {{- toYaml . | nindent 2 }}
{{- end }}
jobManager:
  replicas: {{ .values.jobManager.replicas | int64 }}
  resource:
    {{- toYaml .values.jobManager.resource | nindent 4 }}
  podTemplate:
    {{- include "sluice.pod" (merge (dict "process" "jobmanager") .) | nindent 4 }}
taskManager:
  resource:
    {{- toYaml .values.taskManager.resource | nindent 4 }}
  podTemplate:
    {{- include "sluice.pod" (merge (dict "process" "taskmanager") .) | nindent 4 }}
job:
  jarURI: local:///opt/flink/usrlib/sluice-job.jar
  entryClass: io.sluice.job.Main
  args:
    - --pipeline
    - {{ $folder }}/{{ include "sluice.pipelineFile" . }}
    - --definitions
    - {{ $folder }}
    - --parallelism
    - {{ .values.job.parallelism | int64 | quote }}
    {{- range .values.job.args }}
    - {{ . | quote }}
    {{- end }}
  parallelism: {{ .values.job.parallelism | int64 }}
  upgradeMode: {{ .values.job.upgradeMode }}
  allowNonRestoredState: {{ .values.job.allowNonRestoredState }}
  state: {{ .values.job.state }}
  {{- with .values.job.initialSavepointPath }}
  initialSavepointPath: {{ . | quote }}
  {{- end }}
  {{- with .values.job.savepointRedeployNonce }}
  savepointRedeployNonce: {{ int64 . }}
  {{- end }}
{{- end -}}
