package io.sluice.delta.upsert;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.types.StructField;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.Statistics;
import java.util.List;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * Between which values the key columns of a data file lie, as its statistics tell.
 *
 * @param lowest by key column; Long or String, null for a bound that is not known
 * @param highest the same
 */
record FileBounds(Object[] lowest, Object[] highest) {

  private static final String MIN = "minValues";
  private static final String MAX = "maxValues";

  static FileBounds of(List<StructField> keyColumns, DeltaFile file) {
    Object[] lowest = new Object[keyColumns.size()];
    Object[] highest = new Object[keyColumns.size()];
    for (int i = 0; i < lowest.length && !file.stats().isEmpty(); i++) {
      String name = keyColumns.get(i).getName();
      if (!file.partitionValues().containsKey(name)) {
        lowest[i] = plain(Statistics.bound(file.stats(), MIN, name));
        highest[i] = plain(Statistics.bound(file.stats(), MAX, name));
      }
    }
    return new FileBounds(lowest, highest);
  }

  private static Object plain(JsonNode bound) {
    if (bound.isIntegralNumber()) {
      return bound.longValue();
    }
    return bound.isTextual() ? bound.textValue() : null;
  }

  /** Whether a value of a column may lie between the bounds, that is, unless they say no. */
  boolean mayHold(int column, Object value) {
    return mayReach(column, value, value);
  }

  /** Whether values between two of a column may lie between the bounds. */
  boolean mayReach(int column, Object from, Object to) {
    Object low = lowest[column];
    Object high = highest[column];
    // The bounds of dates and times are text, their keys are numbers.
    return !(isLike(low, to) && compare(low, to) > 0)
        && !(isLike(high, from) && compare(high, from) < 0);
  }

  private static boolean isLike(Object bound, Object key) {
    return bound instanceof Long && key instanceof Long
        || bound instanceof String && key instanceof String;
  }

  /** Strings by their bytes in UTF-8, as Delta's statistics are. */
  static int compare(Object a, Object b) {
    return a instanceof Long number
        ? number.compareTo((Long) b)
        : BinaryStringData.fromString((String) a)
            .compareTo(BinaryStringData.fromString((String) b));
  }
}
