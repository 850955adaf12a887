package io.sluice.connectors.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares an existing table with what a sink is about to write. */
final class SchemaCheck {

  static final String DELETION_VECTORS = "delta.enableDeletionVectors";

  /** What an upsert cannot keep up: it would have to write change files or row ids. */
  private static final List<String> NOT_WITH_UPSERTS =
      List.of("delta.appendOnly", "delta.enableChangeDataFeed", "delta.enableRowTracking");

  private SchemaCheck() {}

  /** Fails, naming every difference, unless the table fits the layout. */
  static void check(String tablePath, Snapshot table, TableLayout layout) {
    List<String> differences = new ArrayList<>(columns(table.getSchema(), layout.schema()));
    if (!table.getPartitionColumnNames().equals(layout.partitionColumns())) {
      differences.add(
          "partition columns: table "
              + table.getPartitionColumnNames()
              + ", sink "
              + layout.partitionColumns());
    }
    if (layout.key() != null) {
      upsertProperties(table).forEach(differences::add);
    }
    properties(table).forEach(property -> differences.add("unsupported property " + property));
    if (!differences.isEmpty()) {
      throw new IllegalStateException(
          "Table "
              + tablePath
              + " (version "
              + table.getVersion()
              + ") does not fit what the sink writes: "
              + String.join("; ", differences)
              + ". Move the table away, or change the definition back");
    }
  }

  private static List<String> columns(StructType table, StructType sink) {
    Map<String, StructField> there = byName(table);
    Map<String, StructField> here = byName(sink);
    List<String> differences = new ArrayList<>();
    here.forEach(
        (name, field) -> {
          StructField existing = there.remove(name);
          if (existing == null) {
            differences.add(
                "column '" + name + "' (" + field.getDataType() + ") is not in the table");
          } else if (!existing.getDataType().equals(field.getDataType())) {
            differences.add(
                "column '"
                    + name
                    + "': table "
                    + existing.getDataType()
                    + ", sink "
                    + field.getDataType());
          } else if (!existing.isNullable()) {
            differences.add("column '" + name + "' is NOT NULL in the table");
          }
        });
    there.forEach(
        (name, field) ->
            differences.add(
                "column '" + name + "' (" + field.getDataType() + ") is only in the table"));
    return differences;
  }

  private static Map<String, StructField> byName(StructType struct) {
    Map<String, StructField> fields = new LinkedHashMap<>();
    struct.fields().forEach(field -> fields.put(field.getName(), field));
    return fields;
  }

  private static List<String> upsertProperties(Snapshot table) {
    Map<String, String> properties = table.getTableProperties();
    List<String> differences = new ArrayList<>();
    if (!Boolean.parseBoolean(properties.get(DELETION_VECTORS))) {
      differences.add(
          "an upsert needs deletion vectors, which the table does not allow: set its property "
              + DELETION_VECTORS
              + " to true");
    }
    NOT_WITH_UPSERTS.stream()
        .filter(name -> Boolean.parseBoolean(properties.get(name)))
        .forEach(name -> differences.add("unsupported property of an upsert table " + name));
    return differences;
  }

  /** Features that change how data files must be written. */
  private static List<String> properties(Snapshot table) {
    Map<String, String> properties = table.getTableProperties();
    List<String> unsupported = new ArrayList<>();
    if (!properties.getOrDefault("delta.columnMapping.mode", "none").equals("none")) {
      unsupported.add("delta.columnMapping.mode");
    }
    properties.forEach(
        (name, value) -> {
          if (name.startsWith("delta.enableIcebergCompat") && Boolean.parseBoolean(value)) {
            unsupported.add(name);
          }
        });
    return unsupported;
  }
}
