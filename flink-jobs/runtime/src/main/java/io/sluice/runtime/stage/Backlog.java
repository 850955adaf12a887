package io.sluice.runtime.stage;

import java.io.Serializable;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/**
 * Tells whether records of a partition wait outside the job. The source knows: the operator that
 * asks runs in the same task as the reader of its subtask.
 */
@FunctionalInterface
public interface Backlog extends Serializable {

  /**
   * Asks how far partitions reach at this moment. Never blocks.
   *
   * @param subtask the subtask that reads the partitions
   * @return whether every record that a partition held when it was asked has been handed to the
   *     job; to be tested in the thread of the reader, as often as wanted. It completes
   *     exceptionally if the other side does not answer.
   */
  CompletableFuture<IntPredicate> ask(int subtask, Set<Integer> partitions);

  /** A source whose records never wait. */
  static Backlog none() {
    return (subtask, partitions) -> CompletableFuture.completedFuture(partition -> true);
  }
}
