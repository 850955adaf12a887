package io.sluice.delta.source;

import io.delta.kernel.Snapshot;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.parquet.ReadSchema;
import io.sluice.delta.schema.PartitionText;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.TableStorage;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses files by their partition values: per column some wanted values; every column must match.
 */
final class PartitionFilter implements Serializable {

  private static final long serialVersionUID = 1L;

  private record Column(StructField field, Set<Object> wanted) {}

  private final String table;
  private final ReadSchema schema;
  private final ArrayList<ArrayList<String>> values = new ArrayList<>();

  /** What is kept is text; this is made of it where it is needed. */
  private transient List<Column> columns;

  /**
   * @param wanted partition column to values in the text form of the protocol; null for null
   * @throws IllegalArgumentException for other columns, and for text that is no value of its column
   */
  PartitionFilter(TableStorage table, Snapshot snapshot, Map<String, List<String>> wanted) {
    wanted
        .keySet()
        .forEach(column -> requirePartition(table, snapshot.getPartitionColumnNames(), column));
    this.table = table.toString();
    schema = ReadSchema.of(table, snapshot, List.copyOf(wanted.keySet()));
    wanted.values().forEach(texts -> values.add(new ArrayList<>(texts)));
    try {
      columns();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The partitions %s of table %s cannot be chosen: %s"
              .formatted(new LinkedHashMap<>(wanted), table, e.getMessage()),
          e);
    }
  }

  private static void requirePartition(
      TableStorage table, List<String> partitionColumns, String column) {
    if (!partitionColumns.contains(column)) {
      throw new IllegalArgumentException(
          partitionColumns.isEmpty()
              ? "Table %s has no partitions; '%s' cannot choose any".formatted(table, column)
              : "Table %s is partitioned by %s, not by '%s'"
                  .formatted(table, partitionColumns, column));
    }
  }

  /**
   * Fails unless another version is partitioned by the chosen columns, too: files without such a
   * value would look as if theirs were null.
   */
  void check(long version, List<String> partitionColumns) {
    List<String> gone =
        new ArrayList<>(values.isEmpty() ? List.of() : schema.logical().fieldNames());
    gone.removeAll(partitionColumns);
    if (!gone.isEmpty()) {
      throw new RefusedTableException(
          "Version %d of table %s is partitioned by %s, no longer by %s, by which partitions are chosen. Start without state, choosing others"
              .formatted(version, table, partitionColumns, gone));
    }
  }

  private List<Column> columns() {
    if (columns == null) {
      List<Column> parsed = new ArrayList<>();
      StructType physical = values.isEmpty() ? new StructType() : schema.physical();
      for (int i = 0; i < values.size(); i++) {
        Set<Object> wanted = new HashSet<>();
        for (String text : values.get(i)) {
          wanted.add(comparable(PartitionText.parse(physical.at(i).getDataType(), text)));
        }
        parsed.add(new Column(physical.at(i), wanted));
      }
      columns = parsed;
    }
    return columns;
  }

  private static Object comparable(Object value) {
    return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
  }

  /** Whether the rows of a file are wanted. */
  boolean accepts(LiveFile file) {
    Map<String, String> found = file.file().partitionValues();
    return columns().stream()
        .allMatch(
            column -> {
              String text = found.get(column.field().getName());
              return column
                  .wanted()
                  .contains(comparable(PartitionText.parse(table, column.field(), text)));
            });
  }
}
