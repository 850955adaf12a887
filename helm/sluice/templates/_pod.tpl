{{/*
The pod of a JobManager or TaskManager. The operator lays it over podTemplate of the values, by name. Takes {name, values, process}, where
process is jobmanager or taskmanager.
*/}}
{{- define "sluice.pod" -}}
{{- $process := eq .process "jobmanager" | ternary .values.jobManager .values.taskManager -}}
spec:
  {{- with .values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $process.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $process.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $process.spreadOverNodes }}
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 100
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector: {matchLabels: {app: {{ .name }}, component: {{ .process }}}}
  {{- end }}
  {{- if $process.spreadOverZones }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: topology.kubernetes.io/zone
      whenUnsatisfiable: ScheduleAnyway
      labelSelector: {matchLabels: {app: {{ .name }}, component: {{ .process }}}}
  {{- end }}
  containers:
    - name: flink-main-container
      {{- with .values.containerSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
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
      {{- if .values.metrics.enabled }}
      ports:
        - {name: metrics, containerPort: {{ .values.metrics.port | int64 }}, protocol: TCP}
      {{- end }}
      {{- if and .values.tls.enabled (eq .process "jobmanager") }}
      # The operator's probe shows no certificate. It leaves one that is there.
      startupProbe: {tcpSocket: {port: rest}, periodSeconds: 1, failureThreshold: 2147483647}
      {{- end }}
      volumeMounts:
        - {name: definitions, mountPath: {{ include "sluice.definitionsFolder" . }}, readOnly: true}
        {{- if .values.tls.enabled }}
        - {name: tls, mountPath: /opt/flink/tls-cert, readOnly: true}
        {{- end }}
  volumes:
    # The files lie side by side: a folder inside would be a link, and links to folders are not followed.
    - name: definitions
      projected:
        sources:
          {{- if .values.definitions }}
          - configMap: {name: {{ include "sluice.definitionsName" . }}}
          {{- end }}
          {{- range .values.definitionsFrom }}
          - configMap: {name: {{ . }}}
          {{- end }}
    {{- if .values.tls.enabled }}
    # 0440: the pod's group reads them.
    - name: tls
      secret:
        secretName: {{ .values.tls.secretName }}
        defaultMode: 288
        items: [{key: keystore.jks, path: keystore.jks}, {key: truststore.jks, path: truststore.jks}]
    {{- end }}
{{- end -}}
