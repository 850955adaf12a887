package io.sluice.delta.upsert;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.types.StructField;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.Statistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.data.binary.BinaryStringData;

/** Tells by partition values and statistics that a file holds none of some keys. */
final class FilePruning {

  private static final String MIN = "minValues";
  private static final String MAX = "maxValues";

  private record Column(StructField field, Set<Object> values, Object min, Object max) {}

  private final List<Column> columns = new ArrayList<>();

  /**
   * @param keys see {@link LookupKeys}
   */
  FilePruning(List<StructField> keyColumns, Collection<List<Object>> keys) {
    for (int i = 0; i < keyColumns.size(); i++) {
      Set<Object> values = new HashSet<>();
      Object min = null;
      Object max = null;
      for (List<Object> key : keys) {
        Object value = key.get(i);
        values.add(value);
        if (value instanceof Long || value instanceof String) {
          min = min == null || compare(value, min) < 0 ? value : min;
          max = max == null || compare(value, max) > 0 ? value : max;
        }
      }
      columns.add(new Column(keyColumns.get(i), values, min, max));
    }
  }

  boolean mayHold(DeltaFile file) {
    return columns.stream().allMatch(column -> mayHold(column, file));
  }

  private static boolean mayHold(Column column, DeltaFile file) {
    String name = column.field().getName();
    if (file.partitionValues().containsKey(name)) {
      return column
          .values()
          .contains(LookupKeys.ofPartition(column.field(), file.partitionValues()));
    }
    if (column.min() == null || file.stats().isEmpty()) {
      return true;
    }
    Object lowest = bound(Statistics.bound(file.stats(), MIN, name), column.min());
    Object highest = bound(Statistics.bound(file.stats(), MAX, name), column.max());
    return (lowest == null || compare(lowest, column.max()) <= 0)
        && (highest == null || compare(highest, column.min()) >= 0);
  }

  /** Null unless the bound is of the same kind as the keys: dates and times are not. */
  private static Object bound(JsonNode bound, Object like) {
    if (like instanceof Long && bound.isIntegralNumber()) {
      return bound.longValue();
    }
    return like instanceof String && bound.isTextual() ? bound.textValue() : null;
  }

  /** Strings by their bytes in UTF-8, as Delta's statistics are. */
  private static int compare(Object a, Object b) {
    return a instanceof Long number
        ? number.compareTo((Long) b)
        : BinaryStringData.fromString((String) a)
            .compareTo(BinaryStringData.fromString((String) b));
  }
}
