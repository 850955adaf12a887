package io.sluice.job.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobExecutionStatusEvent;
import org.apache.flink.core.execution.JobStatusChangedEvent;
import org.apache.flink.core.execution.JobStatusChangedListener;

/** Tells a receiver what becomes of jobs: RUNNING, COMPLETE, FAIL and ABORT. */
final class StatusListener implements JobStatusChangedListener {
  /**
   * How long a cancellation waits for the job to run again. The adaptive scheduler cancels the
   * tasks of a job that it restarts or rescales, and says nothing of why.
   */
  static final Duration HOLD = Duration.ofSeconds(30);

  private final String namespace;
  private final Delivery delivery;
  private final Duration hold;
  private final Map<JobID, Delivery.Letter> held = new ConcurrentHashMap<>();

  StatusListener(String namespace, Delivery delivery, Duration hold) {
    this.namespace = namespace;
    this.delivery = delivery;
    this.hold = hold;
  }

  @Override
  public void onEvent(JobStatusChangedEvent event) {
    if (event instanceof JobExecutionStatusEvent change) {
      changed(change, Instant.now());
    }
  }

  private void changed(JobExecutionStatusEvent change, Instant time) {
    JobID job = change.jobId();
    RunEvents run = new RunEvents(namespace, change.jobName(), job);
    switch (change.newStatus()) {
      case RUNNING -> {
        withdraw(job);
        // A JobManager that takes over runs a job before its main method has told the datasets.
        Duration delay = KnownDatasets.has(job) ? Duration.ZERO : hold;
        Delivery.Letter letter =
            send(delay, job, () -> run.event("RUNNING", time, KnownDatasets.of(job)));
        if (!delay.isZero()) {
          held.put(job, letter);
        }
      }
      case FINISHED -> last(Duration.ZERO, job, datasets -> run.event("COMPLETE", time, datasets));
      case FAILED -> {
        String kind = kind(change.exception());
        last(Duration.ZERO, job, datasets -> run.failure(time, datasets, kind));
      }
      case CANCELED -> last(hold, job, datasets -> run.event("ABORT", time, datasets));
      default -> {
        // Steps between these.
      }
    }
  }

  private void withdraw(JobID job) {
    Delivery.Letter letter = held.remove(job);
    if (letter != null) {
      letter.withdraw();
    }
  }

  private Delivery.Letter send(Duration delay, JobID job, Supplier<ObjectNode> event) {
    return delivery.send(
        delay,
        () -> {
          held.remove(job);
          return event.get();
        });
  }

  private void last(Duration delay, JobID job, Function<ObjectNode, ObjectNode> event) {
    withdraw(job);
    ObjectNode datasets = KnownDatasets.of(job);
    Delivery.Letter letter =
        send(
            delay,
            job,
            () -> {
              KnownDatasets.forget(job);
              return event.apply(datasets);
            });
    if (!delay.isZero()) {
      held.put(job, letter);
    }
  }

  private static String kind(Throwable cause) {
    Throwable root = cause;
    while (root != null && root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root == null ? "A failure" : root.getClass().getName();
  }
}
