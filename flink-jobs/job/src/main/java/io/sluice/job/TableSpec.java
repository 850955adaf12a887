package io.sluice.job;

import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.Fence.Origin;
import io.sluice.delta.schema.SchemaPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.types.logical.RowType;

/**
 * A table that a stage writes.
 *
 * @param sinkId names the sink in the table's transactions; its operator's uid
 * @param path below the lake's root, such as {@code silver/trades}
 * @param fence which rows the table already holds after a replay
 * @param changes what happens to columns that the table lacks
 * @param strays the partition of rows for which there are too many partitions in a checkpoint;
 *     empty if each row goes into its own
 */
record TableSpec(
    String sinkId,
    String path,
    RowType rowType,
    List<String> partitionBy,
    TableFence fence,
    TableChanges changes,
    Map<String, String> strays) {
  TableSpec {
    partitionBy = List.copyOf(partitionBy);
    strays = Map.copyOf(strays);
  }

  /** A table each of whose rows goes into its own partition. */
  TableSpec(
      String sinkId,
      String path,
      RowType rowType,
      List<String> partitionBy,
      TableFence fence,
      TableChanges changes) {
    this(sinkId, path, rowType, partitionBy, fence, changes, Map.of());
  }

  /** A copy with the partition of rows that name too many partitions. */
  TableSpec withStrays(Map<String, String> partition) {
    return new TableSpec(sinkId, path, rowType, partitionBy, fence, changes, partition);
  }

  /** A table whose columns are all known, which it gets. */
  TableSpec(
      String sinkId, String path, RowType rowType, List<String> partitionBy, TableFence fence) {
    this(
        sinkId,
        path,
        rowType,
        partitionBy,
        fence,
        new TableChanges(SchemaChanges.EVOLVE, Optional.empty()));
  }

  /** Columns that the definition does not name. */
  record TableChanges(SchemaChanges policy, Optional<NewColumns> newColumns) {
    /** The connector's name of the policy. */
    SchemaPolicy schemaPolicy() {
      return switch (policy) {
        case EVOLVE -> SchemaPolicy.EVOLVE;
        case LENIENT -> SchemaPolicy.LENIENT;
        case FAIL -> SchemaPolicy.FAIL;
      };
    }
  }

  /**
   * Rows that bring columns along.
   *
   * @param rows all their fields
   * @param field the one that holds them
   */
  record NewColumns(RowType rows, String field) {}

  /**
   * Rows of one group whose order value is not above the table's own record of the group are in the
   * table already.
   *
   * @param order empty for a table without a fence
   * @param arrival the column of the Kafka timestamp; empty if the rows have none
   * @param topic the life of the topic that the order values are of
   */
  record TableFence(List<String> group, String order, String arrival, TopicLife topic) {
    static final TableFence NONE = fence(List.of(), "", "");

    /** Kafka coordinates as bronze and quarantine name them. */
    static final TableFence RAW = fence(List.of("topic", "partition"), "offset", "timestamp");

    /** Kafka coordinates as silver and late tables name them. */
    static final TableFence SILVER =
        fence(List.of("_topic", "_partition"), "_offset", "_ingestion_time");

    /** Final windows come in the order of their ends. */
    static final TableFence WINDOW = fence(List.of(), "window_end", "");

    private static TableFence fence(List<String> group, String order, String arrival) {
      return new TableFence(group, order, arrival, TopicLife.UNKNOWN);
    }

    /** This fence for the rows of one life of a topic. */
    TableFence of(TopicLife life) {
      return new TableFence(group, order, arrival, life);
    }

    /** The connector's name of it; empty for a table without one. */
    Optional<Fence> fence() {
      return order.isEmpty()
          ? Optional.empty()
          : Optional.of(new Fence(group, order, new Origin(topic.id(), topic.first())));
    }
  }
}
