package io.sluice.connectors.redis;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * Rows of a view to hashes: the key from the key columns, one field per column that is not null.
 */
final class RowHashes implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String view;
  private final String prefix;
  private final List<FieldText> columns = new ArrayList<>();
  private final List<byte[]> names = new ArrayList<>();
  private final int[] keyColumns;
  private final int versionColumn;

  RowHashes(String keyPrefix, String view, RowType rowType, List<String> keys) {
    this.view = view;
    this.prefix = keyPrefix + view;
    for (RowType.RowField field : rowType.getFields()) {
      columns.add(FieldText.of(view, field.getName(), field.getType()));
      names.add(utf8(field.getName()));
    }
    this.keyColumns = keys.stream().mapToInt(key -> index(view, rowType, key)).toArray();
    if (keyColumns.length == 0) {
      throw new IllegalArgumentException("Redis view " + view + ": it has no key column");
    }
    this.versionColumn = index(view, rowType, RedisViewSink.VERSION);
  }

  private static int index(String view, RowType rowType, String column) {
    int index = rowType.getFieldIndex(column);
    if (index < 0) {
      throw new IllegalArgumentException(
          "Redis view "
              + view
              + ": there is no column "
              + column
              + " among "
              + rowType.getFieldNames());
    }
    return index;
  }

  /** What the Redis keys of the view begin with, without the ':' before the first part. */
  String keys() {
    return prefix;
  }

  /** The view's name. */
  String view() {
    return view;
  }

  /**
   * The hash of a row.
   *
   * @param arrival as {@link HashUpdate} has it
   */
  HashUpdate update(RowData row, long arrival) {
    StringBuilder key = new StringBuilder(prefix);
    for (int column : keyColumns) {
      key.append(':');
      key.append(
          row.isNullAt(column)
              ? RedisViews.NULL
              : RedisViews.escape(columns.get(column).text(row, column)));
    }
    List<byte[]> set = new ArrayList<>(2 * columns.size());
    List<byte[]> delete = new ArrayList<>(0);
    for (int i = 0; i < columns.size(); i++) {
      if (row.isNullAt(i)) {
        delete.add(names.get(i));
      } else {
        set.add(names.get(i));
        set.add(utf8(columns.get(i).text(row, i)));
      }
    }
    return new HashUpdate(row, key.toString(), row.getLong(versionColumn), set, delete, arrival);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
