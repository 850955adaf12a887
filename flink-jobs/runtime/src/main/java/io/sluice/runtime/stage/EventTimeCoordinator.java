package io.sluice.runtime.stage;

import io.sluice.runtime.stage.Others.Report;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Tells subtasks without active partitions how far the others have come. Has no state: after a
 * failure every subtask reports again, and until all have done so nobody is followed. Runs in the
 * main thread of the JobManager.
 */
public final class EventTimeCoordinator implements OperatorCoordinator {
  private final int parallelism;
  private final Map<Integer, SubtaskGateway> gateways = new HashMap<>();
  private final Map<Integer, Report> reports = new HashMap<>();
  private final Map<Integer, Others> told = new HashMap<>();

  public EventTimeCoordinator(int parallelism) {
    this.parallelism = parallelism;
  }

  @Override
  public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
    reports.put(subtask, (Report) event);
    Others others = others();
    gateways.forEach((follower, gateway) -> tell(follower, gateway, others));
  }

  private void tell(int follower, SubtaskGateway gateway, Others others) {
    Report report = reports.get(follower);
    if (report != null && !report.active() && !others.equals(told.get(follower))) {
      told.put(follower, others);
      gateway.sendEvent(others);
    }
  }

  private Others others() {
    if (reports.size() < parallelism) {
      return Others.UNKNOWN;
    }
    long lowest = Long.MAX_VALUE;
    long furthest = Long.MIN_VALUE;
    boolean anyActive = false;
    for (Report report : reports.values()) {
      furthest = Math.max(furthest, report.furthest());
      if (report.active()) {
        anyActive = true;
        lowest = Math.min(lowest, report.watermark());
      }
    }
    return anyActive ? new Others(lowest, false) : new Others(furthest, true);
  }

  @Override
  public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
    gateways.put(subtask, gateway);
    told.remove(subtask);
    tell(subtask, gateway, others());
  }

  @Override
  public void executionAttemptFailed(int subtask, int attempt, Throwable reason) {
    forget(subtask);
  }

  @Override
  public void subtaskReset(int subtask, long checkpointId) {
    forget(subtask);
  }

  private void forget(int subtask) {
    gateways.remove(subtask);
    reports.remove(subtask);
    told.remove(subtask);
  }

  @Override
  public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> result) {
    result.complete(new byte[0]);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    // Nothing was kept.
  }

  @Override
  public void resetToCheckpoint(long checkpointId, byte[] data) {
    gateways.clear();
    reports.clear();
    told.clear();
  }

  @Override
  public void start() {
    // The subtasks speak first.
  }

  @Override
  public void close() {
    gateways.clear();
  }
}
