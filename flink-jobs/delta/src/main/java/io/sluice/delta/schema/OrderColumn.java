package io.sluice.delta.schema;

import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * A column that tells what came first: a whole number, a date (days) or a timestamp (microseconds),
 * read as a long.
 */
@Internal
public final class OrderColumn {

  private final String name;
  private final int index;
  private final LogicalType type;
  private final int precision;

  /**
   * @param purpose names the column's part in error messages
   */
  public OrderColumn(RowType rowType, String name, String purpose) {
    this.name = name;
    index = Columns.index(rowType, name, purpose);
    type = rowType.getTypeAt(index);
    switch (type.getTypeRoot()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DATE -> precision = 0;
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          precision = LogicalTypeChecks.getPrecision(type);
      default ->
          throw new IllegalArgumentException(
              purpose
                  + " '"
                  + name
                  + "' has type "
                  + type.asSummaryString()
                  + "; it must be a whole number, a date or a timestamp");
    }
  }

  /**
   * @throws IllegalStateException if the row has no value there
   */
  public long of(RowData row) {
    if (row.isNullAt(index)) {
      throw new IllegalStateException(
          "A row has no value in the order column '%s', so nobody can tell what came before it. Give it one, or turn such rows away in front of the sink"
              .formatted(name));
    }
    return switch (type.getTypeRoot()) {
      case TINYINT -> row.getByte(index);
      case SMALLINT -> row.getShort(index);
      case INTEGER, DATE -> row.getInt(index);
      case BIGINT -> row.getLong(index);
      default -> DeltaTypes.micros(row.getTimestamp(index, precision));
    };
  }
}
