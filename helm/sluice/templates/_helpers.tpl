{{/*
The values of a pipeline, as YAML: its entry over those of the chart. The parallelism that neither has is that of the pipeline file, else two,
as the job itself decides. Takes {root, name}.
*/}}
{{- define "sluice.values" -}}
{{- $common := omit .root.Values "pipelines" "serviceAccount" "rbac" "keepOnUninstall" "prometheusRule" "dashboards" "global" -}}
{{- $values := mustMergeOverwrite (deepCopy $common) (deepCopy (index .root.Values.pipelines .name)) -}}
{{- if kindIs "invalid" $values.job.parallelism -}}
{{- $file := get ($values.definitions | default dict) (include "sluice.pipelineFile" (dict "name" .name "values" $values)) | toString | fromYaml -}}
{{- $run := kindIs "map" $file.run | ternary $file.run dict -}}
{{- $_ := set $values.job "parallelism" ($run.parallelism | default 2) -}}
{{- end -}}
{{- toYaml $values -}}
{{- end -}}

{{/*
Labels of every resource. Takes the root.
*/}}
{{- define "sluice.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: sluice
{{- end -}}

{{/*
What a running job cannot do without stays when Helm no longer wants it. Takes the root.
*/}}
{{- define "sluice.keep" -}}
{{- if .Values.keepOnUninstall -}}
helm.sh/resource-policy: keep
{{- end -}}
{{- end -}}

{{/*
The image. Takes {root, values}.
*/}}
{{- define "sluice.image" -}}
{{- with .values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.root.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The names of ConfigMaps hold a hash of what is in them: other content is another name, so another FlinkDeployment, so an upgrade with a
savepoint. Under one name, a JobManager that starts again would run an edit that nobody compared with the state. Takes {name, values}.
*/}}
{{- define "sluice.definitionsName" -}}
{{ .name }}-definitions-{{ .values.definitions | toJson | sha256sum | trunc 10 }}
{{- end -}}
{{- define "sluice.addressesName" -}}
{{ .name }}-addresses-{{ .values.addresses | toJson | sha256sum | trunc 10 }}
{{- end -}}

{{- define "sluice.definitionsFolder" -}}
/opt/sluice/{{ .name }}
{{- end -}}

{{- define "sluice.pipelineFile" -}}
{{ .values.pipelineFile | default (printf "%s.yaml" .name) }}
{{- end -}}
