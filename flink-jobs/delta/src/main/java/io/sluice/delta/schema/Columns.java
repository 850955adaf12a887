package io.sluice.delta.schema;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.RowType;

/** Looks columns up by name. */
@Internal
public final class Columns {

  private Columns() {}

  /** The column's index, or an error that names the columns there are. */
  static int index(RowType type, String column, String purpose) {
    int index = type.getFieldIndex(column);
    if (index < 0) {
      throw new IllegalArgumentException(
          purpose + " '" + column + "' is not a column; the columns are " + type.getFieldNames());
    }
    return index;
  }

  public static int[] indexes(RowType type, List<String> columns, String purpose) {
    return columns.stream().mapToInt(column -> index(type, column, purpose)).toArray();
  }

  static int[] indexesWithout(RowType type, List<String> excluded) {
    return IntStream.range(0, type.getFieldCount())
        .filter(i -> !excluded.contains(type.getFieldNames().get(i)))
        .toArray();
  }

  /** The row type without some of its columns. */
  public static RowType without(RowType type, List<String> excluded) {
    List<RowType.RowField> fields =
        type.getFields().stream().filter(field -> !excluded.contains(field.getName())).toList();
    return new RowType(false, fields);
  }
}
