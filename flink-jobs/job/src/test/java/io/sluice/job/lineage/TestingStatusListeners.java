package io.sluice.job.lineage;

import java.time.Duration;
import org.apache.flink.core.execution.JobStatusChangedListener;
import org.apache.flink.core.execution.JobStatusChangedListenerFactory;

/** What a cluster makes listeners with, for the receiver of a test. */
public final class TestingStatusListeners implements JobStatusChangedListenerFactory {
  private static volatile JobStatusChangedListener listener = event -> {};

  /** Listeners that are made from now on tell this receiver. */
  public static void tell(TestingReceiver receiver) {
    listener =
        new StatusListener("test", new Delivery(receiver.receiver()), Duration.ofMillis(200));
  }

  @Override
  public JobStatusChangedListener createListener(Context context) {
    return event -> listener.onEvent(event);
  }
}
