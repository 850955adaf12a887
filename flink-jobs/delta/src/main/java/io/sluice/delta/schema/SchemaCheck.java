package io.sluice.delta.schema;

import io.delta.kernel.Snapshot;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import io.delta.kernel.types.StructField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/** Compares an existing table with what a sink is about to write. */
@Internal
public final class SchemaCheck {

  static final String DELETION_VECTORS = "delta.enableDeletionVectors";

  /** What an upsert cannot keep up: it would have to write change files or row ids. */
  private static final List<String> NOT_WITH_UPSERTS =
      List.of("delta.appendOnly", "delta.enableChangeDataFeed", "delta.enableRowTracking");

  private SchemaCheck() {}

  /** Fails, naming every difference, unless the table fits the layout. */
  public static void check(String tablePath, Snapshot table, TableLayout layout) {
    List<String> differences = new ArrayList<>(columns(table, layout));
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
    features(tablePath, (SnapshotImpl) table).ifPresent(differences::add);
    if (!differences.isEmpty()) {
      throw new IllegalStateException(
          "Table "
              + tablePath
              + " (version "
              + table.getVersion()
              + ") does not fit what the sink writes: "
              + String.join("; ", differences)
              + ". Add or rename columns in the table, move it away, or change the definition back");
    }
  }

  private static List<String> columns(Snapshot table, TableLayout layout) {
    SchemaComparison comparison = new SchemaComparison(table.getSchema(), layout.schema(), layout);
    List<String> differences = new ArrayList<>(comparison.conflicts());
    differences.addAll(wider(comparison, table, layout));
    SchemaPolicy policy = layout.changes().policy();
    for (StructField missing : comparison.missing()) {
      String column =
          "column '" + missing.getName() + "' (" + TypeText.of(missing.getDataType()) + ")";
      if (policy == SchemaPolicy.FAIL) {
        differences.add(column + " is not in the table, and the schema policy is FAIL");
      } else if (layout.identity().contains(missing.getName())) {
        differences.add(column + " is not in the table and cannot be added: rows are told by it");
      }
    }
    if (policy != SchemaPolicy.EVOLVE) {
      comparison
          .missingNested()
          .forEach(
              path ->
                  differences.add(
                      "field '"
                          + path
                          + "' is not in the table, and the schema policy is "
                          + policy));
    }
    return differences;
  }

  /** Types that the sink needs wider than the table has them. */
  private static List<String> wider(
      SchemaComparison comparison, Snapshot table, TableLayout layout) {
    boolean evolves = layout.changes().policy() == SchemaPolicy.EVOLVE;
    if (evolves && TypeWidening.isAllowed(table.getTableProperties())) {
      return List.of();
    }
    String reason =
        evolves
            ? "; the table takes the wider type once its property "
                + TypeWidening.PROPERTY
                + " is no longer false"
            : ", and the schema policy is " + layout.changes().policy();
    return comparison.wider().stream()
        .map(
            column ->
                "column '"
                    + column.getName()
                    + "': table "
                    + TypeText.of(column.getDataType())
                    + ", sink "
                    + TypeText.of(layout.schema().get(column.getName()).getDataType())
                    + reason)
        .toList();
  }

  /** What Kernel cannot keep up, such as check constraints. */
  private static Optional<String> features(String tablePath, SnapshotImpl table) {
    try {
      TableFeatures.validateKernelCanWriteToTable(
          table.getProtocol(), table.getMetadata(), tablePath);
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.of("unsupported features: " + e.getMessage());
    }
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
