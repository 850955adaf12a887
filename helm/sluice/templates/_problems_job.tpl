{{/*
What the pipeline's files say, against the values.
*/}}
{{- define "sluice.problems.definitions" -}}
{{- $file := include "sluice.pipelineFile" . -}}
{{- if not (or .values.definitions .values.definitionsFrom) -}}
{{- include "sluice.problem" (list . (printf "it has no definitions. Give its files by --set-file 'pipelines.%s.definitions.%s=PATH' and so on, or name a ConfigMap that holds them in definitionsFrom." .name (replace "." "\\." $file))) -}}
{{- else if hasKey (.values.definitions | default dict) $file -}}
{{- include "sluice.problems.pipelineFile" (merge (dict "file" $file) .) -}}
{{- else if not .values.definitionsFrom -}}
{{- include "sluice.problem" (list . (printf "definitions has no file %s, only %s. Name the pipeline's file so, or say its name in pipelineFile." $file (keys .values.definitions | sortAlpha | join ", "))) -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.pipelineFile" -}}
{{- $read := get .values.definitions .file | fromYaml -}}
{{- if or (hasKey $read "Error") (ne (get $read "kind" | toString) "Pipeline") (not $read.name) -}}
{{- include "sluice.problem" (list . (printf "definitions.%s is no pipeline file (%s). Check it by ./sluice validate." .file (get $read "Error" | default "it has no name, or its kind is not Pipeline"))) -}}
{{- else -}}
{{- $run := kindIs "map" $read.run | ternary $read.run dict -}}
{{- $connections := kindIs "map" $read.connections | ternary $read.connections dict -}}
{{- $about := merge (dict "read" $read "run" $run "connections" $connections) . -}}
{{- include "sluice.problems.identity" $about -}}
{{- include "sluice.problems.datasets" $about -}}
{{- include "sluice.problems.variables" $about -}}
{{- include "sluice.problems.lake" $about -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.identity" -}}
{{- $written := get .read "name" | toString -}}
{{- if ne (lower $written | replace "_" "-") .name -}}
{{- include "sluice.problem" (list . (printf "definitions.%s is the pipeline %s. Name the entry %s: two entries of one pipeline would write the same tables." .file $written (lower $written | replace "_" "-"))) -}}
{{- end -}}
{{- if lt (int64 .values.job.parallelism) 1 -}}
{{- include "sluice.problem" (list . (printf "run.parallelism of %s is %v. Make it a number of 1 or more." .file .run.parallelism)) -}}
{{- end -}}
{{- $most := .run.maxParallelism | default 120 | int64 -}}
{{- if gt (int64 .values.job.parallelism) $most -}}
{{- include "sluice.problem" (list . (printf "job.parallelism is %d, and run.maxParallelism of %s %d. Lower it; maxParallelism cannot change once there is state." (int64 .values.job.parallelism) .file $most)) -}}
{{- end -}}
{{- if and .values.autoscaler.enabled (gt (int64 .values.autoscaler.maxParallelism) $most) -}}
{{- include "sluice.problem" (list . (printf "autoscaler.maxParallelism is %d, and run.maxParallelism of %s %d. Lower it." (int64 .values.autoscaler.maxParallelism) .file $most)) -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.datasets" -}}
{{- if and (not .values.definitionsFrom) (kindIs "map" .read.sources) -}}
{{- range $dataset, $source := .read.sources -}}
{{- range $ending := list "avsc" "odcs.yaml" -}}
{{- $needed := printf "%s.%s" $dataset $ending -}}
{{- if not (hasKey $.values.definitions $needed) -}}
{{- include "sluice.problem" (list $ (printf "definitions has no %s, which %s needs. Add --set-file 'pipelines.%s.definitions.%s=PATH'." $needed $.file $.name (replace "." "\\." $needed))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.variables" -}}
{{- if not .values.secrets -}}
{{- $unset := list -}}
{{- range regexFindAll "\\$\\{[A-Za-z0-9_]+\\}" (toJson .read) -1 | uniq -}}
{{- $variable := trimPrefix "${" . | trimSuffix "}" -}}
{{- if not (hasKey $.values.addresses $variable) -}}
{{- $unset = append $unset $variable -}}
{{- end -}}
{{- end -}}
{{- if $unset -}}
{{- include "sluice.problem" (list . (printf "%s names %s, which addresses does not set, and there are no secrets. Add addresses, or name the Secret that has them under secrets." .file (join ", " $unset))) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.lake" -}}
{{- $lake := kindIs "map" .connections.lake | ternary .connections.lake dict -}}
{{- $root := $lake.root | default "" | toString -}}
{{- $where := printf "connections.lake.root of %s" .file -}}
{{- $variable := regexFind "^\\$\\{[A-Za-z0-9_]+\\}" $root -}}
{{- if $variable -}}
{{- $variable = trimPrefix "${" $variable | trimSuffix "}" -}}
{{- $root = get .values.addresses $variable | toString -}}
{{- $where = printf "addresses.%s" $variable -}}
{{- end -}}
{{- if and $root (not (hasPrefix "s3://" $root)) -}}
{{- include "sluice.problem" (list . (printf "%s is %s: pods have no common disk, and each would write tables of its own. Name a place in an object store, such as s3://my-bucket/lake." $where $root)) -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.job" -}}
{{- $mode := .values.job.upgradeMode -}}
{{- if eq $mode "last-state" -}}
{{- include "sluice.problem" (list . "job.upgradeMode is last-state: an edit is compared with the state in a savepoint, and a checkpoint would be taken without that. Set it to savepoint.") -}}
{{- else if eq $mode "stateless" -}}
{{- include "sluice.problem" (list . "job.upgradeMode is stateless: each upgrade would forget which events are in the tables. Set it to savepoint. To begin anew once, delete the FlinkDeployment and install again.") -}}
{{- end -}}
{{- if .values.job.allowNonRestoredState -}}
{{- include "sluice.problem" (list . "job.allowNonRestoredState is true: the job itself compares state with the definitions, and drops what is no longer wanted. Set it to false; to begin a view anew, set job.args to [--restart-view, VIEW].") -}}
{{- end -}}
{{- range .values.job.args -}}
{{- if has (regexFind "^--[a-z-]+" .) (list "--pipeline" "--definitions" "--parallelism") -}}
{{- include "sluice.problem" (list $ (printf "job.args holds %s, which the chart sets. Remove it; use definitions, pipelineFile or job.parallelism." .)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.savepoint" -}}
{{- with .values.job -}}
{{- if and .savepointRedeployNonce (not .initialSavepointPath) -}}
{{- include "sluice.problem" (list $ "job.savepointRedeployNonce is set without job.initialSavepointPath: the job would begin without state. Name the savepoint, or remove the nonce.") -}}
{{- end -}}
{{- if and .initialSavepointPath (not (hasPrefix "s3://" .initialSavepointPath)) -}}
{{- include "sluice.problem" (list $ (printf "job.initialSavepointPath is %s, which no pod can read. Name a savepoint in an object store, such as s3://my-bucket/%s/savepoints/savepoint-12ab34-56cd78." .initialSavepointPath $.name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.parallelism" -}}
{{- $parallelism := int64 .values.job.parallelism -}}
{{- $slots := get .configuration "taskmanager.numberOfTaskSlots" | default "1" | int64 -}}
{{- if and (gt $parallelism 0) (gt $slots $parallelism) (not (and .values.autoscaler.enabled .values.autoscaler.scaling)) -}}
{{- include "sluice.problem" (list . (printf "a TaskManager has %d slots, and job.parallelism is %d: the other slots, and their share of its memory, would never be used. Lower flinkConfiguration.taskmanager.numberOfTaskSlots to %d." $slots $parallelism $parallelism)) -}}
{{- end -}}
{{- with .values.kafkaPartitions -}}
{{- if gt $parallelism (int64 .) -}}
{{- include "sluice.problem" (list $ (printf "job.parallelism is %d, and kafkaPartitions %d: the other readers would never get a record. Lower it, or add partitions." $parallelism (int64 .))) -}}
{{- end -}}
{{- if and $.values.autoscaler.enabled (gt (int64 $.values.autoscaler.maxParallelism) (int64 .)) -}}
{{- include "sluice.problem" (list $ (printf "autoscaler.maxParallelism is %d, and kafkaPartitions %d: more readers than partitions do not read faster. Lower it." (int64 $.values.autoscaler.maxParallelism) (int64 .))) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluice.problems.autoscaler" -}}
{{- $parallelism := int64 .values.job.parallelism -}}
{{- with .values.autoscaler -}}
{{- if .enabled -}}
{{- if or (gt (int64 .minParallelism) $parallelism) (lt (int64 .maxParallelism) $parallelism) -}}
{{- include "sluice.problem" (list $ (printf "job.parallelism is %d, outside of autoscaler.minParallelism and maxParallelism, %d to %d. Change one of them." $parallelism (int64 .minParallelism) (int64 .maxParallelism))) -}}
{{- end -}}
{{- if and .scaling (lt $parallelism 2) -}}
{{- include "sluice.problem" (list $ "autoscaler.scaling is on, and job.parallelism 1: a job that begins so hands no record over by key, and cannot be scaled. Set it to 2 or more.") -}}
{{- end -}}
{{- end -}}
{{- if and .scaling (not .enabled) -}}
{{- include "sluice.problem" (list $ "autoscaler.scaling is on, and autoscaler.enabled is not. Enable it, or turn scaling off.") -}}
{{- end -}}
{{- if and .enabled .scaling (ne (get $.configuration "jobmanager.scheduler" | default "default" | lower) "adaptive") -}}
{{- include "sluice.problem" (list $ "autoscaler.scaling is on, and flinkConfiguration.jobmanager.scheduler is not adaptive: each scaling would be an upgrade. Set it to adaptive.") -}}
{{- end -}}
{{- end -}}
{{- end -}}
