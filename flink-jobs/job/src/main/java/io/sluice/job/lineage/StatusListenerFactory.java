package io.sluice.job.lineage;

import java.util.Optional;
import org.apache.flink.core.execution.JobStatusChangedEvent;
import org.apache.flink.core.execution.JobStatusChangedListener;
import org.apache.flink.core.execution.JobStatusChangedListenerFactory;

/**
 * For Flink's setting {@code execution.job-status-changed-listeners} of a cluster: tells an
 * OpenLineage receiver what becomes of jobs. Without {@code OPENLINEAGE_URL} in the JobManager's
 * environment it does nothing.
 */
public final class StatusListenerFactory implements JobStatusChangedListenerFactory {
  /** Flink makes a listener at each start of a job's tasks; they have to know of each other. */
  private static final class Shared {
    private static final Optional<JobStatusChangedListener> LISTENER =
        Receiver.of(System::getenv)
            .map(
                receiver ->
                    new StatusListener(
                        receiver.namespace(), new Delivery(receiver), StatusListener.HOLD));
  }

  @Override
  public JobStatusChangedListener createListener(Context context) {
    return Shared.LISTENER.orElse(StatusListenerFactory::ignore);
  }

  private static void ignore(JobStatusChangedEvent event) {}
}
