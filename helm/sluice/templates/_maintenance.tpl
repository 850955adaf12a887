{{/*
A CronJob that keeps the tables of a lake in shape. Takes {root, name, values, task}, where task is optimize or vacuum.
*/}}
{{- define "sluice.maintenance" -}}
{{- $maintenance := .values.maintenance -}}
schedule: {{ (get $maintenance .task).schedule | quote }}
timeZone: {{ $maintenance.timeZone }}
concurrencyPolicy: Forbid
startingDeadlineSeconds: 3600
successfulJobsHistoryLimit: 1
failedJobsHistoryLimit: 3
jobTemplate:
  spec:
    backoffLimit: 2
    activeDeadlineSeconds: {{ $maintenance.activeDeadlineSeconds | int64 }}
    template:
      metadata:
        labels: {app: {{ .name }}-maintenance}
      spec:
        {{- include "sluice.maintenancePod" . | nindent 8 }}
{{- end -}}

{{- define "sluice.maintenancePod" -}}
{{- $maintenance := .values.maintenance -}}
restartPolicy: Never
serviceAccountName: {{ .root.Values.serviceAccount.name }}
automountServiceAccountToken: false
{{- with .values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $maintenance.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $maintenance.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: sluice
    image: {{ include "sluice.image" . | quote }}
    imagePullPolicy: {{ .values.image.pullPolicy }}
    command: [/opt/sluice/bin/sluice]
    args:
      - maintain
      - {{ .task }}
      - --all
      - --lake
      - {{ $maintenance.lake | default "$(SLUICE_LAKE)" | quote }}
      {{- if and (eq .task "vacuum") $maintenance.vacuum.retention }}
      - --retention
      - {{ $maintenance.vacuum.retention | quote }}
      {{- end }}
    {{- with $maintenance.javaOptions }}
    env:
      - {name: SLUICE_JAVA_OPTS, value: {{ . | quote }}}
    {{- end }}
    {{- if or .values.addresses .values.secrets }}
    envFrom:
      {{- if .values.addresses }}
      - configMapRef: {name: {{ include "sluice.addressesName" . }}}
      {{- end }}
      {{- range .values.secrets }}
      - secretRef: {name: {{ . }}}
      {{- end }}
    {{- end }}
    resources:
      {{- toYaml $maintenance.resources | nindent 6 }}
    securityContext:
      {{- merge (dict "readOnlyRootFilesystem" true) (deepCopy .values.containerSecurityContext) | toYaml | nindent 6 }}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
volumes:
  # Native libraries of the compressors are unpacked there.
  - {name: tmp, emptyDir: {}}
{{- end -}}

{{/*
Where the object store listens: the port of AWS_ENDPOINT_URL_S3, else that of its scheme. Takes {values}.
*/}}
{{- define "sluice.objectStorePort" -}}
{{- $endpoint := get .values.addresses "AWS_ENDPOINT_URL_S3" | toString -}}
{{- $port := regexFind ":[0-9]+" (trimPrefix "http://" $endpoint | trimPrefix "https://") | trimPrefix ":" -}}
{{- $port | default (hasPrefix "http://" $endpoint | ternary "80" "443") -}}
{{- end -}}
