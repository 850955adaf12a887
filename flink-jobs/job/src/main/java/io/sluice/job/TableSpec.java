package io.sluice.job;

import io.sluice.connectors.delta.SchemaPolicy;
import io.sluice.definition.Pipeline.SchemaChanges;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.types.logical.RowType;

/**
 * A table that a stage writes.
 *
 * @param sinkId names the sink in the table's transactions; its operator's uid
 * @param path below the lake's root, such as {@code silver/trades}
 * @param fence which rows the table already holds after a replay
 * @param changes what happens to columns that the table lacks
 */
record TableSpec(
    String sinkId,
    String path,
    RowType rowType,
    List<String> partitionBy,
    TableFence fence,
    TableChanges changes) {
  TableSpec {
    partitionBy = List.copyOf(partitionBy);
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
   */
  record TableFence(List<String> group, String order) {
    static final TableFence NONE = new TableFence(List.of(), "");

    /** Kafka coordinates as bronze and quarantine name them. */
    static final TableFence RAW = new TableFence(List.of("topic", "partition"), "offset");

    /** Kafka coordinates as silver and late tables name them. */
    static final TableFence SILVER = new TableFence(List.of("_topic", "_partition"), "_offset");

    /** Final windows come in the order of their ends. */
    static final TableFence WINDOW = new TableFence(List.of(), "window_end");
  }
}
