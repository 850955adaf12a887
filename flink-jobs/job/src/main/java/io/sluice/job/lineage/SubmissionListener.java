package io.sluice.job.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.definition.model.Pipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.JobListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an OpenLineage receiver that a pipeline was submitted: the event START with all of its
 * datasets. What becomes of the job is told by {@link StatusListenerFactory}.
 */
public final class SubmissionListener implements JobListener {
  private static final Logger LOG = LoggerFactory.getLogger(SubmissionListener.class);

  private final Pipeline pipeline;
  private final UnaryOperator<String> environment;
  private final Receiver receiver;
  private final Delivery delivery;

  private SubmissionListener(
      Pipeline pipeline, UnaryOperator<String> environment, Receiver receiver) {
    this.pipeline = pipeline;
    this.environment = environment;
    this.receiver = receiver;
    this.delivery = new Delivery(receiver);
  }

  /**
   * A listener for a pipeline.
   *
   * @param environment gives the value of an environment variable, or null
   * @return empty if the environment names no receiver
   */
  public static Optional<SubmissionListener> of(
      Pipeline pipeline, UnaryOperator<String> environment) {
    return Receiver.of(environment)
        .map(receiver -> new SubmissionListener(pipeline, environment, receiver));
  }

  @Override
  public void onJobSubmitted(JobClient client, Throwable failure) {
    if (client != null) {
      submitted(client.getJobID());
    }
  }

  private void submitted(JobID job) {
    try {
      ObjectNode datasets = PipelineDatasets.of(pipeline, environment);
      KnownDatasets.keep(job, datasets);
      ObjectNode event =
          new RunEvents(receiver.namespace(), pipeline.name(), job)
              .event("START", Instant.now(), datasets);
      delivery.send(Duration.ZERO, () -> event);
    } catch (RuntimeException | LinkageError e) {
      // Thrown on, it would fail a submission that has succeeded.
      LOG.warn(
          "Pipeline {} has no OpenLineage events, as they cannot be made.", pipeline.name(), e);
    }
  }

  /** The job's own process tells this; the one that submitted it may not live so long. */
  @Override
  public void onJobExecuted(JobExecutionResult result, Throwable failure) {}
}
