{{/*
Flink's and the operator's settings of a pipeline: those of the values, and those below. Takes {name, values}.
*/}}
{{- define "sluice.flinkConfiguration" -}}
{{- $storage := include "sluice.storageConfiguration" . | fromYaml -}}
{{- $chart := include "sluice.chartConfiguration" . | fromYaml -}}
{{- merge (deepCopy .values.flinkConfiguration) $storage $chart | toYaml -}}
{{- end -}}

{{/*
Where state is kept, unless flinkConfiguration says otherwise.
*/}}
{{- define "sluice.storageConfiguration" -}}
{{- with .values.storage.root -}}
{{- $folder := printf "%s/%s" (trimSuffix "/" .) $.name -}}
execution.checkpointing.dir: {{ printf "%s/checkpoints" $folder | quote }}
execution.checkpointing.savepoint-dir: {{ printf "%s/savepoints" $folder | quote }}
state.changelog.dstl.dfs.base-path: {{ printf "%s/checkpoints" $folder | quote }}
high-availability.storageDir: {{ printf "%s/ha" $folder | quote }}
{{- end -}}
{{- end -}}

{{/*
What other values say. flinkConfiguration must not name these keys.
*/}}
{{- define "sluice.chartConfiguration" -}}
kubernetes.operator.pod-template.merge-arrays-by-name: "true"
job.autoscaler.enabled: {{ .values.autoscaler.enabled | quote }}
{{- if .values.autoscaler.enabled }}
{{- with .values.autoscaler }}
job.autoscaler.scaling.enabled: {{ .scaling | quote }}
job.autoscaler.stabilization.interval: {{ .stabilizationInterval | quote }}
job.autoscaler.metrics.window: {{ .metricsWindow | quote }}
job.autoscaler.catch-up.duration: {{ .catchUpDuration | quote }}
job.autoscaler.backlog-processing.lag-threshold: {{ .lagThreshold | quote }}
job.autoscaler.restart.time: {{ .restartTime | quote }}
job.autoscaler.vertex.min-parallelism: {{ .minParallelism | int64 | quote }}
job.autoscaler.vertex.max-parallelism: {{ .maxParallelism | int64 | quote }}
{{- with .excludedVertices }}
job.autoscaler.vertex.exclude.ids: {{ join ";" . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- if .values.metrics.enabled }}
metrics.reporters: "prom"
metrics.reporter.prom.factory.class: "org.apache.flink.metrics.prometheus.PrometheusReporterFactory"
metrics.reporter.prom.port: {{ .values.metrics.port | int64 | quote }}
metrics.reporter.prom.filterLabelValueCharacters: "false"
metrics.reporter.prom.filter.excludes: "*:ledger_counts"
{{- end }}
{{- if .values.tls.enabled }}
security.ssl.protocol: "TLSv1.3"
security.ssl.algorithms: "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384"
security.ssl.internal.enabled: "true"
security.ssl.rest.enabled: "true"
security.ssl.rest.authentication-enabled: "true"
{{- range $side := list "internal" "rest" }}
security.ssl.{{ $side }}.keystore: /opt/flink/tls-cert/keystore.jks
security.ssl.{{ $side }}.keystore-password: {{ $.values.tls.storePassword | quote }}
security.ssl.{{ $side }}.key-password: {{ $.values.tls.storePassword | quote }}
security.ssl.{{ $side }}.truststore: /opt/flink/tls-cert/truststore.jks
security.ssl.{{ $side }}.truststore-password: {{ $.values.tls.storePassword | quote }}
{{- end }}
{{- end }}
{{- with .values.image.pullSecrets }}
kubernetes.container.image.pull-secrets: {{ join ";" . | quote }}
{{- end }}
{{- end -}}
