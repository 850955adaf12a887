package io.sluice.delta.schema;

import java.time.Instant;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/**
 * How many columns rows may bring to a table. Who writes rows decides their names, so without a
 * bound a table could grow for ever. Columns of nested rows count, too.
 */
@Internal
public final class ColumnBudget {
  /** New columns within 24 hours. */
  static final int PER_DAY = 200;

  /** New columns of a table in all. */
  static final int IN_ALL = 2_000;

  private static final long SECONDS_OF_DAY = 86_400;

  private final Object table;
  private final long dayAgo;
  private int today;
  private int inAll;

  /**
   * @param table for messages
   * @param now columns of more than 24 hours before count as former ones
   */
  public ColumnBudget(Object table, Instant now) {
    this.table = table;
    this.dayAgo = now.getEpochSecond() - SECONDS_OF_DAY;
  }

  /** Counts what the table got before. */
  public void spent(RowType.RowField column, Instant at) {
    int count = leaves(column.getType());
    inAll += count;
    if (at.getEpochSecond() > dayAgo) {
      today += count;
    }
  }

  /**
   * Checks columns that the table would get now.
   *
   * @throws IllegalArgumentException with a sentence or two, if they are too many
   */
  public void require(List<RowType.RowField> columns) {
    int wanted = columns.stream().mapToInt(column -> leaves(column.getType())).sum();
    if (today + wanted > PER_DAY || inAll + wanted > IN_ALL) {
      throw new IllegalArgumentException(
          "Table %s would get %,d new columns, those of nested records counted, after %,d within 24 hours and %,d in all; %,d and %,d are allowed. Add them to the contract's schema, or write schemaChanges: lenient."
              .formatted(table, wanted, today, inAll, PER_DAY, IN_ALL));
    }
  }

  private static int leaves(LogicalType type) {
    if (type instanceof RowType row) {
      return row.getChildren().stream().mapToInt(ColumnBudget::leaves).sum();
    }
    if (type instanceof ArrayType array) {
      return leaves(array.getElementType());
    }
    return type instanceof MapType map ? leaves(map.getValueType()) : 1;
  }
}
