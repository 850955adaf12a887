package io.sluice.delta.sink;

import io.delta.kernel.Snapshot;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.sluice.delta.commit.TableMetric;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.parquet.DataFile;
import io.sluice.delta.schema.FileColumns;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.schema.SchemaChanges;
import io.sluice.delta.schema.SchemaComparison;
import io.sluice.delta.schema.SchemaEvolution;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.TypeWidening;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.table.types.logical.RowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one subtask, whose columns follow what rows bring along behind the sink's own: new
 * ones, and the sink's own with wider types. Columns once seen stay until the job restarts, so that
 * rows with and without them share a file. A row that brings nothing costs a look at one field.
 */
@Internal
public final class EvolvingFiles implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(EvolvingFiles.class);
  private static final int FIELDS = 2;

  private final TableStorage table;
  private final TableLayout layout;
  private final FileColumns columns;
  private final PartitionedFiles files;
  private final Counter dropped;
  private final Map<StringData, Brought> known = new HashMap<>();
  private final JoinedRowData joined = new JoinedRowData();
  private NewColumns added = NewColumns.NONE;
  private GenericRowData values = new GenericRowData(0);

  /** For each of the added columns how the sink's own is read; null where it is a new one. */
  private Getter[] own = new Getter[0];

  /** Reads a value, or null. */
  @FunctionalInterface
  private interface Getter {
    Object get(RowData row);
  }

  /**
   * Columns that rows bring along.
   *
   * @param row reads them
   * @param getters none for columns that are left out
   * @param positions of each among all new columns
   */
  private record Brought(BinaryRowData row, Getter[] getters, int[] positions) {
    static final Brought NOTHING = new Brought(new BinaryRowData(0), new Getter[0], new int[0]);
  }

  /**
   * Files for a table.
   *
   * @param schema the table's now
   * @param metrics the group of the table's metrics
   */
  public EvolvingFiles(
      TableStorage table, TableLayout layout, StructType schema, int subtask, MetricGroup metrics) {
    this.table = table;
    this.layout = layout;
    dropped = metrics.counter(TableMetric.COLUMNS_DROPPED.text());
    List<String> left = left(schema);
    if (!left.isEmpty()) {
      drop(left);
    }
    columns = layout.fileColumns(left).widened(schema);
    files = new PartitionedFiles(layout, columns, table, subtask);
  }

  /** Columns of the sink that a lenient one leaves out. */
  private List<String> left(StructType schema) {
    if (layout.changes().policy() != SchemaPolicy.LENIENT) {
      return List.of();
    }
    return new SchemaComparison(schema, layout.schema(), layout)
        .missing().stream().map(StructField::getName).toList();
  }

  private void drop(List<String> names) {
    dropped.inc(names.size());
    LOGGER.warn(
        "Table {} lacks columns, which its schema policy LENIENT leaves out: {}", table, names);
  }

  /** Returns the file that the row went to, as its last row so far. */
  public DataFile write(RowData row) throws IOException {
    SchemaChanges changes = layout.changes();
    if (!changes.inRows()) {
      return files.write(row);
    }
    if (!row.isNullAt(changes.position())) {
      return files.write(with(row, row.getRow(changes.position(), FIELDS)));
    }
    if (added.isEmpty()) {
      return files.write(row);
    }
    takeOwn(row);
    return files.write(joined.replace(row, values));
  }

  /** Ends all open files and returns what was written since the last call. */
  public List<DeltaFile> finishAll() throws IOException {
    return files.finishAll();
  }

  /** Removes the files that no checkpoint will name, as {@link PartitionedFiles#close} does. */
  @Override
  public void close() throws Exception {
    files.close();
  }

  /** The columns that files begun since the start may hold beyond those of the layout. */
  public NewColumns added() {
    return added;
  }

  private RowData with(RowData row, RowData field) throws IOException {
    StringData type = field.getString(0);
    Brought news = known.get(type);
    if (news == null) {
      news = learn(type.toString());
      known.put(BinaryStringData.fromString(type.toString()), news);
    }
    takeOwn(row);
    if (news.positions().length > 0) {
      byte[] bytes = field.getBinary(1);
      news.row().pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
      for (int i = 0; i < news.positions().length; i++) {
        values.setField(news.positions()[i], news.getters()[i].get(news.row()));
      }
    }
    return added.isEmpty() ? row : joined.replace(row, values);
  }

  /** What the added columns are for a row that brings none of them. */
  private void takeOwn(RowData row) {
    for (int i = 0; i < own.length; i++) {
      values.setField(i, own[i] == null ? null : own[i].get(row));
    }
  }

  private Brought learn(String text) throws IOException {
    RowType type = NewColumns.parse(text);
    check(type);
    if (layout.changes().policy() == SchemaPolicy.LENIENT) {
      drop(type.getFieldNames());
      return Brought.NOTHING;
    }
    widen(new NewColumns(type));
    int[] positions = new int[type.getFieldCount()];
    Getter[] getters = new Getter[positions.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = added.columns().getFieldIndex(type.getFieldNames().get(i));
      getters[i] = getter(type, i, added.columns().getFields().get(positions[i]));
    }
    return new Brought(new BinaryRowData(positions.length), getters, positions);
  }

  /** Reads a column as one that is the same or wider. */
  private static Getter getter(RowType rows, int at, RowType.RowField to) {
    RowData.FieldGetter getter = RowData.createFieldGetter(rows.getTypeAt(at), at);
    return NewColumns.widens(rows.getFields().get(at), to)
        ? row -> TypeWidening.wider(getter.getFieldOrNull(row), to.getType())
        : getter::getFieldOrNull;
  }

  private void widen(NewColumns news) throws IOException {
    if (added.hold(news)) {
      return;
    }
    NewColumns all = asInTable(added.and(news, table.toString()));
    files.change(columns.and(all, layout.changes().arity()));
    added = all;
    values = new GenericRowData(all.columns().getFieldCount());
    own = new Getter[values.getArity()];
    for (int i = 0; i < own.length; i++) {
      RowType.RowField column = all.columns().getFields().get(i);
      int at = layout.rowType().getFieldIndex(column.getName());
      own[i] = at < 0 ? null : getter(layout.rowType(), at, column);
    }
    // Those of before have other positions or types.
    known.clear();
  }

  /**
   * With the table's types where they are wider. The commit would refuse what does not fit as well;
   * but here the rows are in no file yet. Others may have changed the table since the start.
   */
  private NewColumns asInTable(NewColumns all) throws IOException {
    Snapshot now = new LoadedTable(table).load();
    NewColumns widened = all.widened(now.getSchema());
    SchemaEvolution.check(table.toString(), now, layout, widened);
    return widened;
  }

  private void check(RowType type) {
    List<String> clashing =
        type.getFields().stream().filter(this::clashes).map(RowType.RowField::getName).toList();
    if (!clashing.isEmpty()) {
      throw new IllegalStateException(
          "Rows for table %s bring new columns %s, which the sink writes itself, and no wider types of them that the table may take. Give them other names"
              .formatted(table, clashing));
    }
    if (layout.changes().policy() == SchemaPolicy.FAIL) {
      throw new IllegalStateException(
          "Rows for table %s bring new columns %s, and its schema policy is FAIL. No row is lost: they come again when the job restarts. Name the columns in the definition, or set the policy to EVOLVE or LENIENT"
              .formatted(table, type.asSummaryString()));
    }
  }

  /**
   * Whether it bears the name of a column of the sink, and is not that column with a wider type.
   */
  private boolean clashes(RowType.RowField brought) {
    String name = brought.getName();
    int at = layout.rowType().getFieldIndex(name);
    if (at < 0) {
      return layout.rowType().getFieldNames().stream().anyMatch(name::equalsIgnoreCase);
    }
    return layout.changes().policy() != SchemaPolicy.EVOLVE
        || !layout.mayWiden(name)
        || !NewColumns.widens(layout.rowType().getFields().get(at), brought);
  }
}
