{{/*
Keys of flinkConfiguration that somebody else sets.
*/}}
{{- define "sluice.problems.settings" -}}
{{- $chart := include "sluice.chartConfiguration" . | fromYaml -}}
{{- $job := .root.Files.Get "files/set-by-the-job.yaml" | fromYaml -}}
{{- $operator := list "kubernetes.cluster-id" "kubernetes.namespace" "high-availability.cluster-id" "kubernetes.container.image.ref" "kubernetes.service-account" "kubernetes.jobmanager.replicas" "jobmanager.memory.process.size" "kubernetes.jobmanager.cpu.amount" "taskmanager.memory.process.size" "kubernetes.taskmanager.cpu.amount" "parallelism.default" -}}
{{- range $key, $value := .values.flinkConfiguration -}}
{{- if hasKey $job $key -}}
{{- include "sluice.problem" (list $ (printf "flinkConfiguration.%s would do nothing, as the job sets it in its code. %s" $key (get $job $key))) -}}
{{- else if has $key $operator -}}
{{- include "sluice.problem" (list $ (printf "flinkConfiguration.%s is set by the operator from the resource. Remove it, and use image, serviceAccount, jobManager, taskManager or job.parallelism." $key)) -}}
{{- else if hasKey $chart $key -}}
{{- include "sluice.problem" (list $ (printf "flinkConfiguration.%s is set by the chart. Remove it, and use autoscaler, metrics, tls or image." $key)) -}}
{{- end -}}
{{- end -}}
{{- if eq (get .configuration "web.submit.enable") "true" -}}
{{- include "sluice.problem" (list . "flinkConfiguration.web.submit.enable is true: who reaches the web UI, which has no authentication, could run any program with the credentials of the job. Remove it.") -}}
{{- end -}}
{{- end -}}

{{/*
config.yaml of Flink 2 is a tree, so that a key with a value has no keys below it. The operator finds it when it deploys, not when it admits.
*/}}
{{- define "sluice.problems.prefixes" -}}
{{- range $key, $value := .configuration -}}
{{- $below := "" -}}
{{- range $other, $ignored := $.configuration -}}
{{- if hasPrefix (printf "%s." $key) $other -}}
{{- $below = $other -}}
{{- end -}}
{{- end -}}
{{- if $below -}}
{{- include "sluice.problem" (list $ (printf "flinkConfiguration.%s begins the key %s, which Flink 2 does not take. Remove one; %s is probably the former name of a setting." $key $below $key)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.credentials" -}}
{{- $login := "://[^/@[:space:]]*:[^/@[:space:]]+@|[?&;](password|secret|token)=" -}}
{{- $telling := "(?i)(passw|secret|token|credential|access[-_.]?key|private[-_.]?key)" -}}
{{- range $name, $value := .values.addresses -}}
{{- if or (regexMatch $telling $name) (regexMatch $login $value) -}}
{{- include "sluice.problem" (list $ (printf "addresses.%s holds a credential, which whoever reads ConfigMaps or Helm's history would see. Put it into a Secret, and name that under secrets." $name)) -}}
{{- end -}}
{{- end -}}
{{- range $file, $text := .values.definitions -}}
{{- if regexMatch "://[^/@[:space:]\"']*:[^/@[:space:]\"']+@|[?&;](password|secret|token)=[^&[:space:]\"']" (regexReplaceAll "\\$\\{[A-Za-z0-9_]+\\}" $text "") -}}
{{- include "sluice.problem" (list $ (printf "definitions.%s holds a credential, which whoever reads ConfigMaps would see. Name a variable, such as ${SLUICE_JDBC}, and put it into a Secret." $file)) -}}
{{- end -}}
{{- end -}}
{{- range $key, $value := .values.flinkConfiguration -}}
{{- if or (regexMatch $telling $key) (regexMatch $login $value) -}}
{{- include "sluice.problem" (list $ (printf "flinkConfiguration.%s holds a credential, which Flink's web UI shows. Put it into a Secret as a variable, such as AWS_SECRET_ACCESS_KEY, and name that under secrets." $key)) -}}
{{- end -}}
{{- end -}}
{{- range .values.job.args -}}
{{- if or (regexMatch (printf "%s[^=]*=." $telling) .) (regexMatch $login .) -}}
{{- include "sluice.problem" (list $ "job.args holds a credential, which Flink's web UI shows. Put it into a Secret as a variable, and name that under secrets.") -}}
{{- end -}}
{{- end -}}
{{- if regexMatch (printf "%s[^= ]*=." $telling) .values.maintenance.javaOptions -}}
{{- include "sluice.problem" (list . "maintenance.javaOptions holds a credential, which whoever reads CronJobs would see. Put it into a Secret as a variable, and name that under secrets.") -}}
{{- end -}}
{{- range $list := list "containers" "initContainers" -}}
{{- range $container := dig "spec" $list list $.values.podTemplate -}}
{{- range $variable := $container.env -}}
{{- if and $variable.value (or (regexMatch $telling ($variable.name | toString)) (regexMatch $login ($variable.value | toString))) -}}
{{- include "sluice.problem" (list $ (printf "podTemplate: the variable %s of %s holds a credential as plain text. Use valueFrom.secretKeyRef, or name its Secret under secrets." $variable.name $container.name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.network" -}}
{{- if .values.ingress.enabled -}}
{{- if not .values.ingress.template -}}
{{- include "sluice.problem" (list . "ingress is enabled without ingress.template. Set it, such as \"{{name}}.{{namespace}}.flink.example.com\".") -}}
{{- end -}}
{{- if and .values.networkPolicy.enabled (not .values.networkPolicy.restFrom) -}}
{{- include "sluice.problem" (list . "ingress is enabled, and no policy lets its controller reach port 8081. Name the controller's namespace in networkPolicy.restFrom.") -}}
{{- end -}}
{{- end -}}
{{- if and .values.tls.enabled (not .values.tls.secretName) -}}
{{- include "sluice.problem" (list . "tls is enabled without tls.secretName, so that no process would have a certificate. Name a Secret with keystore.jks and truststore.jks.") -}}
{{- end -}}
{{- if and .values.tls.enabled .values.ingress.enabled (not (regexMatch "proxy-ssl-secret" (toJson .values.ingress.annotations))) -}}
{{- include "sluice.problem" (list . "tls and ingress are enabled, and the web UI asks for a certificate that an Ingress does not show by itself. Have its controller show one (nginx.ingress.kubernetes.io/proxy-ssl-secret among ingress.annotations), or disable one of the two.") -}}
{{- end -}}
{{- if and .values.podMonitor.enabled (not .values.metrics.enabled) -}}
{{- include "sluice.problem" (list . "podMonitor is enabled, and metrics is not: there is no port to scrape. Enable metrics, or disable podMonitor.") -}}
{{- end -}}
{{- if .values.networkPolicy.enabled -}}
{{- $open := list -}}
{{- range .values.networkPolicy.egressPorts -}}
{{- $open = append $open (int64 . | toString) -}}
{{- end -}}
{{- range $name, $value := .values.addresses -}}
{{- range regexFindAll "[^:/]:[0-9]{2,5}([,/?;]|$)" $value -1 -}}
{{- $port := regexFind "[0-9]{2,5}" . -}}
{{- if not (has $port $open) -}}
{{- include "sluice.problem" (list $ (printf "addresses.%s names port %s, which no policy lets out, so that the job would wait for it in vain. Add it to networkPolicy.egressPorts." $name $port)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
