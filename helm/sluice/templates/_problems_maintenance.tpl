{{/*
Maintenance of the tables, and what watches them.
*/}}
{{- define "sluice.problems.maintenance" -}}
{{- if .values.maintenance.enabled -}}
{{- include "sluice.problems.maintenanceNames" . -}}
{{- include "sluice.problems.maintenanceLake" . -}}
{{- include "sluice.problems.maintenanceTimes" . -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.maintenanceNames" -}}
{{- $longest := printf "%s-optimize" .name -}}
{{- if gt (len $longest) 52 -}}
{{- include "sluice.problem" (list . (printf "maintenance is enabled, and a CronJob cannot be named %s, which has %d characters and not 52. Shorten the name, or maintain the lake by another entry." $longest (len $longest))) -}}
{{- end -}}
{{- $policy := printf "%s-maintenance" .name -}}
{{- if hasKey .root.Values.pipelines $policy -}}
{{- include "sluice.problem" (list . (printf "maintenance is enabled, and the entry %s has the name of its policy. Rename one of them, or maintain the lake by another entry." $policy)) -}}
{{- end -}}
{{- end -}}

{{/*
The lake that an entry maintains; empty if nothing says it. Takes {values}.
*/}}
{{- define "sluice.maintainedLake" -}}
{{- .values.maintenance.lake | default (get .values.addresses "SLUICE_LAKE") | trimSuffix "/" -}}
{{- end -}}

{{- define "sluice.problems.maintenanceLake" -}}
{{- $lake := include "sluice.maintainedLake" . -}}
{{- if not $lake -}}
{{- include "sluice.problem" (list . "maintenance is enabled, and neither maintenance.lake nor addresses.SLUICE_LAKE says where the tables are. Set one of them.") -}}
{{- else if and .values.maintenance.lake (not (regexMatch "^(s3://|\\$\\()" $lake)) -}}
{{- include "sluice.problem" (list . (printf "maintenance.lake is %s: pods have no common disk. Name a place in an object store, such as s3://my-bucket/lake." $lake)) -}}
{{- else if hasPrefix "s3://" $lake -}}
{{- range $other, $entry := .root.Values.pipelines -}}
{{- if lt $other $.name -}}
{{- $theirs := include "sluice.values" (dict "root" $.root "name" $other) | fromYaml -}}
{{- if and $theirs.maintenance.enabled (eq $lake (include "sluice.maintainedLake" (dict "values" $theirs))) -}}
{{- include "sluice.problem" (list $ (printf "maintenance is enabled here and for %s, and both would do the same work in %s: one is enough for a lake. Set maintenance.enabled to false for one of them." $other $lake)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.maintenanceTimes" -}}
{{- $maintenance := .values.maintenance -}}
{{- if eq $maintenance.optimize.schedule $maintenance.vacuum.schedule -}}
{{- include "sluice.problem" (list . (printf "maintenance.optimize and maintenance.vacuum have the schedule %s, and vacuum would look at files that optimize is replacing. Let one of them begin hours later." $maintenance.optimize.schedule)) -}}
{{- end -}}
{{- $age := get .configuration "kubernetes.operator.savepoint.history.max.age" | default "24 h" -}}
{{- $retention := $maintenance.vacuum.retention | default "7d" -}}
{{- if le (include "sluice.seconds" $retention | int64) (include "sluice.seconds" $age | int64) -}}
{{- include "sluice.problem" (list . (printf "maintenance.vacuum.retention is %s, and the operator keeps savepoints for %s: a job restored from an old one would miss files. Raise it, or lower flinkConfiguration.kubernetes.operator.savepoint.history.max.age." $retention $age)) -}}
{{- end -}}
{{- end -}}

{{/*
The seconds of a duration such as 7d or 72 h; 0 if it is none.
*/}}
{{- define "sluice.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | default "0" | int64 -}}
{{- $unit := regexReplaceAll "^[0-9]+ *" . "" -}}
{{- mul $number (get (dict "s" 1 "m" 60 "min" 60 "h" 3600 "d" 86400) $unit | default 0) -}}
{{- end -}}

{{/*
What watches the pipelines. Takes the root.
*/}}
{{- define "sluice.problems.monitoring" -}}
{{- if .Values.prometheusRule.enabled -}}
{{- if not (hasKey (.Files.Get "files/alerts.yaml" | fromYaml) "spec") }}
- prometheusRule: files/alerts.yaml of the chart is a link that was not followed. Check the repository out with links (git config core.symlinks true), or use a packed chart.
{{- end -}}
{{- range $name, $entry := .Values.pipelines -}}
{{- $values := include "sluice.values" (dict "root" $ "name" $name) | fromYaml -}}
{{- if not $values.metrics.enabled }}
- pipelines.{{ $name }}: prometheusRule is enabled, and metrics is not: no alert would tell that this job has failed. Enable metrics, or disable prometheusRule.
{{- end -}}
{{- end -}}
{{- end -}}
{{- if .Values.dashboards.enabled -}}
{{- if not .Values.dashboards.labels }}
- dashboards: labels is empty, and Grafana's sidecar finds ConfigMaps by a label. Set the one that it looks for, such as {grafana_dashboard: "1"}.
{{- end -}}
{{- if not (.Files.Glob "files/dashboards/*.json") }}
- dashboards: files/dashboards of the chart is a link that was not followed. Check the repository out with links (git config core.symlinks true), or use a packed chart.
{{- end -}}
{{- end -}}
{{- end -}}
