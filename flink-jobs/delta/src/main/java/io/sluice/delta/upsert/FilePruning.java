package io.sluice.delta.upsert;

import io.delta.kernel.types.StructField;
import io.sluice.delta.log.DeltaFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells by partition values and statistics that a file holds none of some keys. */
final class FilePruning {

  private record Column(StructField field, Set<Object> values, Object min, Object max) {}

  private final List<StructField> keyColumns;
  private final Collection<List<Object>> keys;
  private final List<Column> columns = new ArrayList<>();

  /**
   * @param keys see {@link PlainKeys}
   */
  FilePruning(List<StructField> keyColumns, Collection<List<Object>> keys) {
    this.keyColumns = keyColumns;
    this.keys = keys;
    for (int i = 0; i < keyColumns.size(); i++) {
      Set<Object> values = new HashSet<>();
      Object min = null;
      Object max = null;
      for (List<Object> key : keys) {
        Object value = key.get(i);
        values.add(value);
        if (value instanceof Long || value instanceof String) {
          min = min == null || FileBounds.compare(value, min) < 0 ? value : min;
          max = max == null || FileBounds.compare(value, max) > 0 ? value : max;
        }
      }
      columns.add(new Column(keyColumns.get(i), values, min, max));
    }
  }

  boolean mayHold(DeltaFile file) {
    for (Column column : columns) {
      if (file.partitionValues().containsKey(column.field().getName())
          && !column
              .values()
              .contains(PlainKeys.ofPartition(column.field(), file.partitionValues()))) {
        return false;
      }
    }
    return mayReach(FileBounds.of(keyColumns, file));
  }

  /** By the bounds alone, key by key: for files whose bounds are kept from commit to commit. */
  boolean mayHold(FileBounds bounds) {
    return mayReach(bounds) && keys.stream().anyMatch(key -> mayHold(bounds, key));
  }

  private boolean mayReach(FileBounds bounds) {
    for (int i = 0; i < columns.size(); i++) {
      if (!bounds.mayReach(i, columns.get(i).min(), columns.get(i).max())) {
        return false;
      }
    }
    return true;
  }

  private boolean mayHold(FileBounds bounds, List<Object> key) {
    for (int i = 0; i < columns.size(); i++) {
      if (!bounds.mayHold(i, key.get(i))) {
        return false;
      }
    }
    return true;
  }
}
