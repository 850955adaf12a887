{{/*
Every problem of the values, each with its remedy; empty if there is none. What a single value must look like is in values.schema.json.
Takes the root.
*/}}
{{- define "sluice.problems" -}}
{{- range $name, $entry := .Values.pipelines -}}
{{- $values := include "sluice.values" (dict "root" $ "name" $name) | fromYaml -}}
{{- $pipeline := dict "root" $ "name" $name "values" $values -}}
{{- $configuration := include "sluice.flinkConfiguration" $pipeline | fromYaml -}}
{{- $about := merge (dict "configuration" $configuration) $pipeline -}}
{{- include "sluice.problems.name" $about -}}
{{- include "sluice.problems.image" $about -}}
{{- include "sluice.problems.keys" $about -}}
{{- include "sluice.problems.definitions" $about -}}
{{- include "sluice.problems.storage" $about -}}
{{- include "sluice.problems.settings" $about -}}
{{- include "sluice.problems.prefixes" $about -}}
{{- include "sluice.problems.processes" $about -}}
{{- include "sluice.problems.job" $about -}}
{{- include "sluice.problems.savepoint" $about -}}
{{- include "sluice.problems.parallelism" $about -}}
{{- include "sluice.problems.autoscaler" $about -}}
{{- include "sluice.problems.credentials" $about -}}
{{- include "sluice.problems.pods" $about -}}
{{- include "sluice.problems.network" $about -}}
{{- include "sluice.problems.maintenance" $about -}}
{{- include "sluice.problems.takeover" $about -}}
{{- end -}}
{{- include "sluice.problems.monitoring" . -}}
{{- end -}}

{{/*
One problem. Takes a list of the pipeline and the sentence.
*/}}
{{- define "sluice.problem" }}
- pipelines.{{ (index . 0).name }}: {{ index . 1 }}
{{- end -}}

{{- define "sluice.problems.name" -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" .name) -}}
{{- include "sluice.problem" (list . "resources are named by it, which takes small letters, digits and '-', with a letter first. Rename the entry.") -}}
{{- end -}}
{{- if gt (len .name) 45 -}}
{{- include "sluice.problem" (list . (printf "the name has %d characters, and the operator takes 45. Shorten the names of the entry and of the pipeline in its file." (len .name))) -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.keys" -}}
{{- range $file, $text := .values.definitions -}}
{{- if not (regexMatch "^[A-Za-z0-9][-._A-Za-z0-9]*$" $file) -}}
{{- include "sluice.problem" (list $ (printf "definitions names a file %s. They lie side by side on a pod: use the name without its folder, of letters, digits, '.', '_' and '-'." $file)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := .values.addresses -}}
{{- if not (regexMatch "^[A-Za-z_][A-Za-z0-9_]*$" $name) -}}
{{- include "sluice.problem" (list $ (printf "addresses.%s is no name of a variable. Use letters, digits and '_'." $name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.image" -}}
{{- with .values.image -}}
{{- if regexMatch ":[^/]*$" .repository -}}
{{- include "sluice.problem" (list $ (printf "image.repository is %s, with a tag or digest. Move it to image.tag or image.digest." .repository)) -}}
{{- end -}}
{{- if and (eq .tag "latest") (not .digest) -}}
{{- include "sluice.problem" (list $ "image.tag is latest: what runs would change by itself. Name a version, or image.digest.") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.storage" -}}
{{- $root := .values.storage.root -}}
{{- if and $root (not (hasPrefix "s3://" $root)) -}}
{{- include "sluice.problem" (list . (printf "storage.root is %s: pods have no common disk. Name a place in an object store, such as s3://my-bucket." $root)) -}}
{{- end -}}
{{- $missing := list -}}
{{- range $key := list "execution.checkpointing.dir" "execution.checkpointing.savepoint-dir" "state.changelog.dstl.dfs.base-path" "high-availability.storageDir" -}}
{{- $own := get $.values.flinkConfiguration $key -}}
{{- if and $own (not (hasPrefix "s3://" $own)) -}}
{{- include "sluice.problem" (list $ (printf "flinkConfiguration.%s is %s: pods have no common disk. Name a place in an object store, such as s3://my-bucket, or remove it and set storage.root." $key $own)) -}}
{{- else if not (hasKey $.configuration $key) -}}
{{- $missing = append $missing $key -}}
{{- end -}}
{{- end -}}
{{- if $missing -}}
{{- include "sluice.problem" (list . (printf "nothing says where state is kept (%s). Set storage.root, such as s3://my-bucket." (join ", " $missing))) -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.processes" -}}
{{- $type := get .configuration "high-availability.type" | default "NONE" -}}
{{- $available := eq $type "kubernetes" -}}
{{- if and (not $available) (gt (int64 .values.jobManager.replicas) 1) -}}
{{- include "sluice.problem" (list . (printf "jobManager.replicas is %d, and high-availability.type %s: without it each JobManager would run the job. Set flinkConfiguration.high-availability.type to kubernetes, or replicas to 1." (int64 .values.jobManager.replicas) $type)) -}}
{{- end -}}
{{- if and (not $available) (eq (get .configuration "kubernetes.operator.deployment.rollback.enabled" | default "false") "true") -}}
{{- include "sluice.problem" (list . "kubernetes.operator.deployment.rollback.enabled needs flinkConfiguration.high-availability.type: kubernetes. Set it, or remove rollback.") -}}
{{- end -}}
{{- range $process := list "jobManager" "taskManager" -}}
{{- $memory := (get $.values $process).resource.memory -}}
{{- if not (regexMatch "^[1-9][0-9]*[mg]$" $memory) -}}
{{- include "sluice.problem" (list $ (printf "%s.resource.memory is %s. Write a whole number and m or g, in which Flink takes m for MiB, such as 4096m." $process $memory)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.pods" -}}
{{- if or (dig "spec" "topologySpreadConstraints" nil .values.podTemplate) (dig "spec" "affinity" nil .values.podTemplate) -}}
{{- if or .values.jobManager.spreadOverNodes .values.taskManager.spreadOverZones -}}
{{- include "sluice.problem" (list . "podTemplate spreads pods, and so do jobManager.spreadOverNodes and taskManager.spreadOverZones, which the operator would mix with it. Set both to false, or remove it from podTemplate.") -}}
{{- end -}}
{{- end -}}
{{- range $list := list "containers" "initContainers" -}}
{{- range $container := dig "spec" $list list $.values.podTemplate -}}
{{- $security := $container.securityContext | default dict -}}
{{- if not $container.name -}}
{{- include "sluice.problem" (list $ (printf "podTemplate: one of %s has no name. Name it; Flink's own is flink-main-container." $list)) -}}
{{- else if eq $container.name "flink-main-container" -}}
{{- if $container.envFrom -}}
{{- include "sluice.problem" (list $ "podTemplate: envFrom of flink-main-container would be mixed with that of the chart by position. Use addresses and secrets.") -}}
{{- end -}}
{{- else if or (dig "allowPrivilegeEscalation" true $security) (not (has "ALL" (dig "drop" list ($security.capabilities | default dict)))) -}}
{{- include "sluice.problem" (list $ (printf "podTemplate: the container %s may gain privileges, and a namespace of the level restricted takes no pod with it. Add securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}." $container.name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $volume := dig "spec" "volumes" list .values.podTemplate -}}
{{- if has ($volume.name | toString) (list "definitions" "tls") -}}
{{- include "sluice.problem" (list $ (printf "podTemplate: the volume %s is the chart's. Rename yours." $volume.name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
A FlinkDeployment that a former release left behind. Helm 3 patches a custom resource by what its manifest has changed since the release's
last one, and a new release has none: it would take the resource over, and quietly leave it as it is. helm template asks no cluster, and knows
of no such kind. Helm itself refuses what belongs to another release.
*/}}
{{- define "sluice.problems.takeover" -}}
{{- $known := .root.Capabilities.APIVersions.Has "flink.apache.org/v1beta1/FlinkDeployment" -}}
{{- if and $known .root.Release.IsInstall (semverCompare "<4.0.0-0" .root.Capabilities.HelmVersion.Version) -}}
{{- $there := lookup "flink.apache.org/v1beta1" "FlinkDeployment" .root.Release.Namespace .name -}}
{{- if eq (dig "metadata" "annotations" "meta.helm.sh/release-name" "" $there) .root.Release.Name -}}
{{- $different := list -}}
{{- range $field, $value := include "sluice.spec" . | fromYaml -}}
{{- if ne (toJson $value) (get $there.spec $field | toJson) -}}
{{- $different = append $different $field -}}
{{- end -}}
{{- end -}}
{{- if $different -}}
{{- include "sluice.problem" (list . (printf "the FlinkDeployment is there already and has another %s, which Helm would leave as it is. Install with the values that it was made of, and change them after that; or delete it, which takes a savepoint." (join ", " $different))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
