package io.sluice.connectors.delta;

import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * The files of one subtask, whose columns follow what rows bring along behind the sink's own.
 * Columns once seen stay until the job restarts, so that rows with and without them share a file. A
 * row that brings nothing costs a look at one field.
 */
final class EvolvingFiles implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(EvolvingFiles.class);
  private static final int FIELDS = 2;

  private final Path table;
  private final TableLayout layout;
  private final FileColumns columns;
  private final PartitionedFiles files;
  private final Counter dropped;
  private final Map<StringData, Brought> known = new HashMap<>();
  private final JoinedRowData joined = new JoinedRowData();
  private NewColumns added = NewColumns.NONE;
  private GenericRowData values = new GenericRowData(0);

  /**
   * Columns that rows bring along.
   *
   * @param row reads them
   * @param getters none for columns that are left out
   * @param positions of each among all new columns
   */
  private record Brought(BinaryRowData row, RowData.FieldGetter[] getters, int[] positions) {
    static final Brought NOTHING =
        new Brought(new BinaryRowData(0), new RowData.FieldGetter[0], new int[0]);
  }

  /**
   * Files for a table.
   *
   * @param schema the table's now
   */
  EvolvingFiles(
      Path table, TableLayout layout, StructType schema, int subtask, MetricGroup metrics) {
    this.table = table;
    this.layout = layout;
    dropped = metrics.counter("columnsDropped");
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
  DataFile write(RowData row) throws IOException {
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
    clear();
    return files.write(joined.replace(row, values));
  }

  /** Ends all open files and returns what was written since the last call. */
  List<DeltaFile> finishAll() throws IOException {
    return files.finishAll();
  }

  /** See {@link PartitionedFiles#close}. */
  @Override
  public void close() throws Exception {
    files.close();
  }

  /** The columns that files begun since the start may hold beyond those of the layout. */
  NewColumns added() {
    return added;
  }

  private RowData with(RowData row, RowData field) throws IOException {
    StringData type = field.getString(0);
    Brought news = known.get(type);
    if (news == null) {
      news = learn(type.toString());
      known.put(BinaryStringData.fromString(type.toString()), news);
    }
    clear();
    if (news.positions().length > 0) {
      byte[] bytes = field.getBinary(1);
      news.row().pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
      for (int i = 0; i < news.positions().length; i++) {
        values.setField(news.positions()[i], news.getters()[i].getFieldOrNull(news.row()));
      }
    }
    return added.isEmpty() ? row : joined.replace(row, values);
  }

  private void clear() {
    for (int i = 0; i < values.getArity(); i++) {
      values.setField(i, null);
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
    RowData.FieldGetter[] getters = new RowData.FieldGetter[positions.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = added.columns().getFieldIndex(type.getFieldNames().get(i));
      getters[i] = RowData.createFieldGetter(type.getTypeAt(i), i);
    }
    return new Brought(new BinaryRowData(positions.length), getters, positions);
  }

  private void widen(NewColumns news) throws IOException {
    NewColumns all = added.and(news, table.toString());
    if (all != added) {
      checkTable(all);
      files.change(columns.and(all, layout.changes().arity()));
      added = all;
      values = new GenericRowData(all.columns().getFieldCount());
    }
  }

  /**
   * The commit would refuse them as well; but here the rows are in no file yet. Others may have
   * changed the table since the start.
   */
  private void checkTable(NewColumns all) throws IOException {
    SchemaEvolution.check(table.toString(), new MaintainedTable(table).load(), layout, all);
  }

  private void check(RowType type) {
    List<String> clashing = new ArrayList<>();
    for (String name : type.getFieldNames()) {
      if (layout.rowType().getFieldNames().stream().anyMatch(name::equalsIgnoreCase)) {
        clashing.add(name);
      }
    }
    if (!clashing.isEmpty()) {
      throw new IllegalStateException(
          "Rows for table %s bring new columns %s, which the sink writes itself. Give them other names"
              .formatted(table, clashing));
    }
    if (layout.changes().policy() == SchemaPolicy.FAIL) {
      throw new IllegalStateException(
          "Rows for table %s bring new columns %s, and its schema policy is FAIL. No row is lost: they come again when the job restarts. Name the columns in the definition, or set the policy to EVOLVE or LENIENT"
              .formatted(table, type.asSummaryString()));
    }
  }
}
