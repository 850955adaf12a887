package io.sluice.runtime.stage;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * How far the event time of the other subtasks has come, as their coordinator tells a subtask that
 * has no active partition.
 *
 * @param reached the lowest watermark of the subtasks that have active partitions; if there are
 *     none, the watermark of the furthest partition of all
 * @param allSilent whether no partition of any subtask is active
 */
public record Others(long reached, boolean allSilent) implements OperatorEvent {

  /** Nothing is known; nobody may be followed. */
  static final Others UNKNOWN = new Others(Long.MIN_VALUE, false);

  /**
   * What a subtask tells its coordinator.
   *
   * @param active whether one of its partitions is not silent
   * @param watermark what it has emitted
   * @param furthest the highest watermark of its partitions
   */
  public record Report(boolean active, long watermark, long furthest) implements OperatorEvent {}
}
