package io.sluice.delta.schema;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * By which columns an upsert finds the row to replace, and which of two rows of a key is the newer.
 *
 * @param columns at least one; a row must have a value in each
 * @param orderBy a whole number, date or timestamp column; a row with a lower value than its key
 *     has seen changes nothing, one with an equal value replaces
 */
@Internal
public record UpsertKey(List<String> columns, String orderBy) implements Serializable {

  private static final int MICROSECONDS = 6;

  public UpsertKey {
    columns = List.copyOf(columns);
    Objects.requireNonNull(orderBy, "orderBy");
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("An upsert needs at least one key column");
    }
    if (columns.stream().distinct().count() < columns.size()) {
      throw new IllegalArgumentException("The key columns " + columns + " name one twice");
    }
  }

  /** Fails when the key does not fit the rows. */
  public void check(RowType rowType) {
    int[] indexes = Columns.indexes(rowType, columns, "Key column");
    for (int i = 0; i < indexes.length; i++) {
      checkType(columns.get(i), rowType.getTypeAt(indexes[i]));
    }
    order(rowType);
  }

  public OrderColumn order(RowType rowType) {
    return new OrderColumn(rowType, orderBy, "Order column");
  }

  private static void checkType(String column, LogicalType type) {
    switch (type.getTypeRoot()) {
      case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, CHAR, VARCHAR, DATE -> {}
      case BINARY, VARBINARY -> {}
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
        if (LogicalTypeChecks.getPrecision(type) > MICROSECONDS) {
          throw new IllegalArgumentException(
              "Key column '"
                  + column
                  + "' has type "
                  + type.asSummaryString()
                  + "; a table holds microseconds, so two keys could become one. Use precision 6");
        }
      }
      default ->
          throw new IllegalArgumentException(
              "Key column '"
                  + column
                  + "' has type "
                  + type.asSummaryString()
                  + "; a key is made of whole numbers, decimals, strings, booleans, bytes, dates and timestamps");
    }
  }
}
