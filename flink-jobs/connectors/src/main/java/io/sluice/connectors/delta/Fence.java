package io.sluice.connectors.delta;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * Keeps rows single when a replay starts before what a table already holds (a restart without
 * state, a rewind to an older savepoint).
 *
 * <p>The table records, per group, the highest order value that it holds, in the same version as
 * the rows themselves. A writer that opens skips the rows at or below that position.
 *
 * <p>The contract: the rows of one group must reach the sink in an order that the checkpoint
 * barriers cut cleanly, that is, once a checkpoint holds a row with order value {@code v}, every
 * row of that group below {@code v} is in that or an earlier checkpoint. Kafka's (topic, partition)
 * with the offset fulfils it behind any key-by, because barriers are aligned; a window end per view
 * does not.
 *
 * @param groupColumns columns whose values name the group; empty for one group per table
 * @param orderColumn a TINYINT to BIGINT, DATE or timestamp column (microseconds) that grows within
 *     a group
 */
public record Fence(List<String> groupColumns, String orderColumn) implements Serializable {

  /** Prefix of the application ids under which the table keeps its positions. */
  static final String APP_ID_PREFIX = "position:";

  public Fence {
    groupColumns = List.copyOf(groupColumns);
    Objects.requireNonNull(orderColumn, "orderColumn");
  }

  /** The application id of the Delta {@code txn} action that records a group's position. */
  static String appId(String group) {
    return APP_ID_PREFIX + group;
  }
}
