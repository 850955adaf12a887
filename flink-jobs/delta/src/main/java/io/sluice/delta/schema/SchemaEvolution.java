package io.sluice.delta.schema;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import io.delta.kernel.internal.util.SchemaUtils;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * A change of a table's schema that goes into the log together with the files that need it. Worked
 * out anew for every attempt, from the version that it follows.
 *
 * @param metadata the new one; empty when nothing changes
 * @param protocol the new one, when the types of the new columns need a table feature
 * @param columns names of the columns that it adds or widens
 */
@Internal
public record SchemaEvolution(
    Optional<Metadata> metadata, Optional<Protocol> protocol, List<String> columns) {

  public static final SchemaEvolution NONE =
      new SchemaEvolution(Optional.empty(), Optional.empty(), List.of());

  private static final String FILES_WAIT =
      "No row is lost: the files wait in the job's state. Make room in the table for the columns (or take its property delta.enableTypeWidening=false back) and restart, or give the columns other names (or set the table's schema policy to LENIENT) and start without this state: the rows are read again";
  private static final String ROWS_COME_AGAIN =
      "No row is lost: they come again when the job restarts. Make room in the table for the columns, give the columns other names, or set the table's schema policy to LENIENT to leave them out";

  /**
   * What a commit must change.
   *
   * @throws IllegalStateException if the table cannot have the columns
   */
  public static SchemaEvolution of(
      String tablePath, Snapshot table, TableLayout layout, NewColumns newColumns) {
    return of(tablePath, table, layout, newColumns, FILES_WAIT);
  }

  /**
   * Fails as the commit would, while no file holds the columns yet.
   *
   * @throws IllegalStateException if the table cannot have the columns
   */
  public static void check(
      String tablePath, Snapshot table, TableLayout layout, NewColumns newColumns) {
    of(tablePath, table, layout, newColumns, ROWS_COME_AGAIN);
  }

  private static SchemaEvolution of(
      String tablePath, Snapshot table, TableLayout layout, NewColumns newColumns, String remedy) {
    StructType wanted = wanted(tablePath, table, layout, newColumns);
    SchemaComparison comparison = new SchemaComparison(table.getSchema(), wanted, layout);
    StructType merged = withNarrower(comparison.merged(), table.getSchema(), layout, newColumns);
    List<String> widened = widened(table.getSchema(), merged);
    List<String> conflicts = new ArrayList<>(comparison.conflicts());
    if (!widened.isEmpty() && !TypeWidening.isAllowed(table.getTableProperties())) {
      conflicts.add(
          "its property %s is false, so a column has one type: %s"
              .formatted(TypeWidening.PROPERTY, widened));
    }
    if (!conflicts.isEmpty()) {
      throw refused(tablePath, table, String.join("; ", conflicts), remedy, null);
    }
    if (merged.equals(table.getSchema())) {
      return NONE;
    }
    Set<String> columns = new LinkedHashSet<>(comparison.changed());
    columns.addAll(widened);
    try {
      return change(
          (SnapshotImpl) table, comparison.missing(), merged, List.copyOf(columns), tablePath);
    } catch (RuntimeException e) {
      throw refused(tablePath, table, "columns " + columns + ": " + e.getMessage(), remedy, e);
    }
  }

  /** Readers must be told of every type that the files of a column have. */
  private static StructType withNarrower(
      StructType merged, StructType table, TableLayout layout, NewColumns newColumns) {
    List<StructField> inFiles = new ArrayList<>(newColumns.all());
    // Rows that bring nothing along have the sink's own type in files of the same version.
    layout.schema().fields().stream()
        .filter(own -> table.indexOf(own.getName()) < 0)
        .forEach(inFiles::add);
    StructType result = merged;
    for (StructField file : inFiles) {
      int at = result.indexOf(file.getName());
      if (at >= 0 && TypeWidening.widens(file.getDataType(), result.at(at).getDataType())) {
        result = with(result, at, TypeWidening.from(file.getDataType(), result.at(at)));
      }
    }
    return result;
  }

  /** Columns that have got a wider type, or files with narrower ones. */
  private static List<String> widened(StructType before, StructType after) {
    return after.fields().stream()
        .filter(
            column ->
                before.indexOf(column.getName()) < 0
                    ? !column.getTypeChanges().isEmpty()
                    : !column
                        .getTypeChanges()
                        .equals(before.get(column.getName()).getTypeChanges()))
        .map(column -> column.getName() + " (" + TypeText.of(column.getDataType()) + ")")
        .toList();
  }

  /**
   * New columns are in files already; whether the sink's own are added is for the policy to say. A
   * column can be both: rows brought a wider type of it, or the sink has got it since the files
   * were written.
   */
  private static StructType wanted(
      String tablePath, Snapshot table, TableLayout layout, NewColumns newColumns) {
    StructType wanted =
        layout.changes().policy() == SchemaPolicy.EVOLVE ? layout.schema() : new StructType();
    for (StructField added : DeltaTypes.toDelta(newColumns.columns()).fields()) {
      int known = wanted.indexOf(added.getName());
      wanted =
          known < 0
              ? wanted.add(added)
              : with(wanted, known, wider(tablePath, table, wanted.at(known), added));
    }
    return wanted;
  }

  private static StructField wider(
      String tablePath, Snapshot table, StructField sink, StructField added) {
    return sink.withDataType(
        TypeWidening.wider(sink.getDataType(), added.getDataType())
            .orElseThrow(
                () ->
                    refused(
                        tablePath,
                        table,
                        "column '%s': files %s, sink %s"
                            .formatted(
                                added.getName(),
                                TypeText.of(added.getDataType()),
                                TypeText.of(sink.getDataType())),
                        FILES_WAIT,
                        null)));
  }

  private static StructType with(StructType type, int at, StructField field) {
    List<StructField> fields = new ArrayList<>(type.fields());
    fields.set(at, field);
    return new StructType(fields);
  }

  private static SchemaEvolution change(
      SnapshotImpl table,
      List<StructField> missing,
      StructType merged,
      List<String> columns,
      String tablePath) {
    if (!missing.isEmpty()) {
      SchemaUtils.validateSchema(new StructType(missing), false, false, false);
    }
    Metadata metadata = table.getMetadata().withNewSchema(merged);
    if (!widened(table.getSchema(), merged).isEmpty()) {
      metadata = metadata.withMergedConfiguration(Map.of(TypeWidening.PROPERTY, "true"));
    }
    Optional<Protocol> protocol =
        TableFeatures.autoUpgradeProtocolBasedOnMetadata(metadata, Set.of(), table.getProtocol())
            .map(upgrade -> upgrade._1);
    TableFeatures.validateKernelCanWriteToTable(
        protocol.orElse(table.getProtocol()), metadata, tablePath);
    return new SchemaEvolution(Optional.of(metadata), protocol, columns);
  }

  private static IllegalStateException refused(
      String tablePath, Snapshot table, String reason, String remedy, Throwable cause) {
    return new IllegalStateException(
        "Table "
            + tablePath
            + " (version "
            + table.getVersion()
            + ") cannot take the new columns: "
            + reason
            + ". "
            + remedy,
        cause);
  }

  public boolean isEmpty() {
    return metadata.isEmpty();
  }
}
