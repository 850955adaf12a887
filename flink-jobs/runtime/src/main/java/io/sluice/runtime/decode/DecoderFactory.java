package io.sluice.runtime.decode;

import io.sluice.definition.model.Column;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.measure.StageMetric;
import io.sluice.runtime.row.RowTypes;
import io.sluice.runtime.silver.SilverChanges;
import io.sluice.runtime.silver.SilverColumns;
import io.sluice.runtime.silver.SilverLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.types.logical.RowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, once per schema id, what becomes of fields that only the writer has, or has wider than
 * the contract.
 */
public final class DecoderFactory {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderFactory.class);

  private final SilverLayout layout;
  private final SilverChanges changes;
  private final SilverColumns silver;
  private final Counter ignored;

  public DecoderFactory(
      SilverLayout layout, SilverChanges changes, SilverColumns silver, MetricGroup metrics) {
    this.layout = layout;
    this.changes = changes;
    this.silver = silver;
    this.ignored =
        StageMetric.COLUMNS_IGNORED
            .in(metrics, layout.dataset().name())
            .counter(StageMetric.COLUMNS_IGNORED.text());
  }

  /**
   * A decoder for records of a schema.
   *
   * @param mayAddColumns whether what the schema has beyond the contract reaches silver at all
   * @throws IncompatibleSchemaException if no record can be read, or a new field cannot become a
   *     column of silver: its name is taken, or the table has the column with a type of another
   *     kind
   * @throws IOException if the table cannot be looked at now
   * @throws SuppressRestartsException if there are new fields and the policy is to fail
   */
  public RecordDecoder create(int schemaId, Schema writer, boolean mayAddColumns)
      throws IOException, IncompatibleSchemaException {
    WiderColumns wider =
        WiderColumns.of(writer, layout.dataset().schema()).with(Set.of(), changes.fixed());
    NewColumns added = NewColumns.of(writer, wider.reader());
    // Whether the rest can be read is told first: it is the greater trouble.
    RecordDecoder without = RecordDecoder.of(writer, wider, layout.newColumns());
    if (added.isEmpty() && wider.columns().isEmpty()) {
      return without;
    }
    if (!mayAddColumns) {
      if (!added.isEmpty()) {
        ignore(schemaId, names(added), "the schema is not registered under the topic's subjects");
      }
      return without;
    }
    return switch (changes.policy()) {
      case FAIL ->
          throw new SuppressRestartsException(
              new NewColumnsException(layout.dataset().name(), schemaId, names(added, wider)));
      case LENIENT -> {
        if (!added.isEmpty()) {
          ignore(schemaId, names(added), "schemaChanges is 'lenient'");
        }
        yield without;
      }
      case EVOLVE -> {
        refuseClashes(added);
        if (!added.unreadable().isEmpty()) {
          ignore(
              schemaId,
              List.copyOf(added.unreadable().keySet()),
              "they cannot be columns: " + added.unreadable().values());
        }
        yield with(schemaId, writer, wider, added).orElse(without);
      }
    };
  }

  /** The table has the last word on types, for it gets rows of other schemas as well. */
  private Optional<RecordDecoder> with(
      int schemaId, Schema writer, WiderColumns wider, NewColumns added)
      throws IOException, IncompatibleSchemaException {
    List<Column> wanted = new ArrayList<>(added.columns());
    wider.columns().stream()
        .filter(column -> !changes.fixed().contains(column.name()))
        .forEach(wanted::add);
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    RowType settled = settle(wanted);
    // A table that does not widen a column has it as the contract says.
    List<Column> columns =
        wanted.stream().filter(column -> !wider.isNarrow(column(settled, column))).toList();
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    RowType type =
        new RowType(false, columns.stream().map(column -> column(settled, column)).toList());
    LOG.info(
        "Schema {} has columns that the contract of dataset {} lacks, or has narrower. The silver table gets them: {}.",
        schemaId,
        layout.dataset().name(),
        type.asSummaryString());
    Set<String> elsewhere = new HashSet<>(type.getFieldNames());
    elsewhere.removeAll(changes.computed());
    return Optional.of(
        RecordDecoder.of(
            writer,
            wider.with(elsewhere, changes.fixed()),
            added,
            layout.newColumns(),
            NewColumnCasts.of(columns, type)));
  }

  private static RowType.RowField column(RowType type, Column column) {
    return type.getFields().get(type.getFieldIndex(column.name()));
  }

  private RowType settle(List<Column> columns) throws IOException, IncompatibleSchemaException {
    try {
      return silver.settle(RowTypes.rowType(columns));
    } catch (IllegalArgumentException e) {
      throw new IncompatibleSchemaException(e.getMessage());
    }
  }

  private static List<String> names(NewColumns added, WiderColumns wider) {
    List<String> names = names(added);
    wider.columns().forEach(column -> names.add(column.name() + " (" + column.type() + ")"));
    return names;
  }

  private static List<String> names(NewColumns added) {
    List<String> names = new ArrayList<>(added.columns().stream().map(Column::name).toList());
    names.addAll(added.unreadable().keySet());
    return names;
  }

  private void ignore(int schemaId, List<String> names, String why) {
    ignored.inc(names.size());
    LOG.warn(
        "Schema {} has columns that the contract of dataset {} lacks: {}. They are left out: {}.",
        schemaId,
        layout.dataset().name(),
        names,
        why);
  }

  private void refuseClashes(NewColumns added) throws IncompatibleSchemaException {
    refuseTwins(added);
    for (String name : names(added)) {
      for (Column taken : layout.columns()) {
        if (taken.name().equalsIgnoreCase(name)) {
          throw new IncompatibleSchemaException(
              "Its new field '%s' takes the name of the column '%s' of silver. Rename the field, or write schemaChanges: lenient."
                  .formatted(name, taken.name()));
        }
      }
    }
  }

  /** Delta does not tell upper from lower case. */
  private static void refuseTwins(NewColumns added) throws IncompatibleSchemaException {
    Map<String, String> names = new HashMap<>();
    for (Column column : added.columns()) {
      String twin = names.put(column.name().toLowerCase(Locale.ROOT), column.name());
      if (twin != null) {
        throw new IncompatibleSchemaException(
            "Its new fields '%s' and '%s' differ in upper and lower case only. Rename one of them, or write schemaChanges: lenient."
                .formatted(twin, column.name()));
      }
    }
  }
}
