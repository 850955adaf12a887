package io.sluice.job.lineage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.apache.flink.api.common.JobID;

/** The events of one run of a job: from its submission until it has ended, whatever restarts it. */
final class RunEvents {
  private static final String SCHEMA =
      "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

  private final String namespace;
  private final String jobName;
  private final JobID job;

  RunEvents(String namespace, String jobName, JobID job) {
    this.namespace = namespace;
    this.jobName = jobName;
    this.job = job;
  }

  /**
   * The run's id. Flink's own alone would not do: without an operator, the first job of each
   * cluster in application mode has the same one.
   */
  UUID runId() {
    String names = String.join("\n", namespace, jobName, job.toHexString());
    return UUID.nameUUIDFromBytes(names.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An event.
   *
   * @param type START, RUNNING, COMPLETE, ABORT or FAIL
   * @param datasets with the arrays {@code inputs} and {@code outputs}, or without
   */
  ObjectNode event(String type, Instant time, ObjectNode datasets) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event
        .put("eventType", type)
        .put("eventTime", time.toString())
        .put("producer", Facets.PRODUCER)
        .put("schemaURL", SCHEMA);
    ObjectNode run = event.putObject("run").put("runId", runId().toString());
    run.putObject("facets").set("processing_engine", Facets.processingEngine());
    event
        .putObject("job")
        .put("namespace", namespace)
        .put("name", jobName)
        .set("facets", Facets.jobType());
    event.setAll(datasets);
    return event;
  }

  /** The event of a run that failed. */
  ObjectNode failure(Instant time, ObjectNode datasets, String kind) {
    ObjectNode event = event("FAIL", time, datasets);
    ((ObjectNode) event.get("run").get("facets")).set("errorMessage", Facets.failure(kind));
    return event;
  }
}
