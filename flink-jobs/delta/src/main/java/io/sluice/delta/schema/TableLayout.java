package io.sluice.delta.schema;

import io.delta.kernel.types.StructType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.RowType;

/**
 * What a sink wants its table to look like.
 *
 * @param rowType all columns, in order
 * @param partitionColumns a subset of the columns
 * @param targetFileSize bytes after which a file is rolled
 * @param key null for a table that is only appended to
 * @param compacted pack small files in the background
 * @param changes what happens to columns that the table lacks
 * @param strays the partition, as values of the partition columns, of rows for which a writer has
 *     too many partitions in a checkpoint; empty if each row goes into its own
 */
@Internal
public record TableLayout(
    RowType rowType,
    List<String> partitionColumns,
    long targetFileSize,
    UpsertKey key,
    boolean compacted,
    SchemaChanges changes,
    Map<String, String> strays)
    implements Serializable {

  private static final Map<String, String> PROPERTIES =
      Map.of("delta.checkpointInterval", "10", "delta.dataSkippingNumIndexedCols", "32");

  private static final Map<String, String> UPSERT_PROPERTIES = upsertProperties();

  private static Map<String, String> upsertProperties() {
    Map<String, String> properties = new HashMap<>(PROPERTIES);
    properties.put(SchemaCheck.DELETION_VECTORS, "true");
    return Map.copyOf(properties);
  }

  public TableLayout {
    partitionColumns = List.copyOf(partitionColumns);
    strays = Map.copyOf(strays);
    if (!strays.isEmpty() && !strays.keySet().equals(Set.copyOf(partitionColumns))) {
      throw new IllegalArgumentException(
          "The partition of strays needs a value for each of %s, but has %s"
              .formatted(partitionColumns, strays));
    }
    if (targetFileSize <= 0) {
      throw new IllegalArgumentException(
          "The target file size is " + targetFileSize + " bytes; it must be positive");
    }
    if (partitionColumns.size() >= rowType.getFieldCount()) {
      throw new IllegalArgumentException(
          "All columns are partition columns; a table needs one that is not");
    }
    int[] positions = Columns.indexes(rowType, partitionColumns, "Partition column");
    for (int i = 0; i < positions.length; i++) {
      PartitionValues.check(rowType.getTypeAt(positions[i]), partitionColumns.get(i));
    }
    checkNames(rowType);
    if (key != null) {
      key.check(rowType);
    }
    DeltaTypes.toDelta(rowType);
  }

  /** A copy with the partition of rows that name too many partitions. */
  public TableLayout withStrays(Map<String, String> partition) {
    return new TableLayout(
        rowType, partitionColumns, targetFileSize, key, compacted, changes, partition);
  }

  private static void checkNames(RowType rowType) {
    List<String> names = rowType.getFieldNames();
    List<String> clashing =
        names.stream()
            .filter(
                name -> names.stream().filter(other -> other.equalsIgnoreCase(name)).count() > 1)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .distinct()
            .collect(Collectors.toList());
    if (!clashing.isEmpty()) {
      throw new IllegalArgumentException(
          "Columns " + clashing + " appear twice; Delta does not tell upper from lower case");
    }
  }

  /** The properties of a new table. */
  public Map<String, String> properties() {
    return key == null ? PROPERTIES : UPSERT_PROPERTIES;
  }

  /** The table's Delta schema. */
  public StructType schema() {
    return DeltaTypes.toDelta(rowType);
  }

  /**
   * What data files hold: not the partition columns.
   *
   * @param dropped columns that the table lacks and shall not have
   */
  public FileColumns fileColumns(List<String> dropped) {
    List<String> excluded = new ArrayList<>(partitionColumns);
    excluded.addAll(dropped);
    return FileColumns.without(rowType, excluded);
  }

  /** Whether the table may hold a column in a wider type than the sink or a file. */
  public boolean mayWiden(String column) {
    return !identity().contains(column);
  }

  /** The columns that make a row what it is; a table cannot do without them. */
  public List<String> identity() {
    List<String> columns = new ArrayList<>(partitionColumns);
    if (key != null) {
      columns.addAll(key.columns());
      columns.add(key.orderBy());
    }
    return columns;
  }
}
