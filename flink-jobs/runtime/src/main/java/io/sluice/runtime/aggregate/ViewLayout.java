package io.sluice.runtime.aggregate;

import io.sluice.definition.edit.ViewStart;
import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.View;
import io.sluice.runtime.reject.ViewRejects;
import io.sluice.runtime.row.RowTypes;
import io.sluice.runtime.silver.SilverLayout;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;

/**
 * The row types of one view.
 *
 * <pre>
 *   partial row  key columns, start of the window in epoch milliseconds (0 without windows),
 *                what was gathered of the events of that key and window
 *   result row   key columns, [window_start, window_end,] aggregates, _version
 *   late row     silver columns, _window_start, _window_end; behind them _new_columns (see
 *                {@link SilverLayout})
 * </pre>
 */
public final class ViewLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Windows are aligned to whole milliseconds. */
  public static final int WINDOW_PRECISION = 3;

  /** Tables count timestamps in microseconds, which end here. */
  private static final long FIRST_MILLI = Long.MIN_VALUE / 1000;

  private static final long LAST_MILLI = Long.MAX_VALUE / 1000;

  private final String name;
  private final ArrayList<String> key;
  private final ArrayList<Aggregate> aggregates;
  private final long windowMillis;
  private final long latenessMillis;
  private final ViewStart start;
  private final boolean begins;
  private final RowType keyType;
  private final RowType partialType;
  private final RowType resultType;
  private final RowType servedType;
  private final RowType lateType;
  private final RowType lateRowType;

  /**
   * A view.
   *
   * @param start where it began to count
   * @param begins whether it begins with this start of the job, so that what serving stores hold of
   *     it is older
   */
  public ViewLayout(View view, SilverLayout silver, ViewStart start, boolean begins) {
    this.start = start;
    this.begins = begins;
    this.name = view.name();
    this.key = new ArrayList<>(view.key());
    this.aggregates = new ArrayList<>(view.aggregates());
    this.windowMillis =
        view.map(
            windowed -> windowed.window().map(tumbling -> tumbling.size().toMillis()),
            running -> 0L);
    this.latenessMillis =
        view.map(windowed -> windowed.window().allowedLateness().toMillis(), running -> 0L);
    List<RowType.RowField> keys = new ArrayList<>();
    for (String column : key) {
      keys.add(new RowType.RowField(column, typeOf(silver, column)));
    }
    this.keyType = new RowType(false, keys);
    this.partialType = partialType(keys);
    this.resultType = resultType(keys);
    this.servedType = servedType(silver);
    this.lateType = lateType(silver);
    this.lateRowType = lateRowType(silver);
  }

  private static LogicalType typeOf(SilverLayout silver, String column) {
    return silver.silverType().getTypeAt(silver.indexOf(column));
  }

  private RowType partialType(List<RowType.RowField> keys) {
    List<RowType.RowField> fields = new ArrayList<>(keys);
    fields.add(new RowType.RowField("_window_start", new BigIntType(false)));
    RowType state = new AggregateBuffer.Layout(aggregates).stateType();
    for (RowType.RowField field : state.getFields()) {
      fields.add(new RowType.RowField("_" + field.getName(), field.getType()));
    }
    return new RowType(false, fields);
  }

  private RowType resultType(List<RowType.RowField> keys) {
    List<RowType.RowField> fields = new ArrayList<>(keys);
    if (windowed()) {
      fields.add(new RowType.RowField("window_start", windowType()));
      fields.add(new RowType.RowField("window_end", windowType()));
    }
    List<Column> columns = new ArrayList<>();
    aggregates.forEach(a -> columns.add(new Column(a.name(), a.type(), true)));
    fields.addAll(RowTypes.rowType(columns).getFields());
    fields.add(new RowType.RowField("_version", new BigIntType(false)));
    return new RowType(false, fields);
  }

  private RowType servedType(SilverLayout silver) {
    List<RowType.RowField> fields = new ArrayList<>(resultType.getFields());
    for (int i = 0; i < key.size(); i++) {
      fields.set(i, served(fields.get(i), silver.columns().get(silver.indexOf(key.get(i))).type()));
    }
    for (int i = 0; i < aggregates.size(); i++) {
      int index = firstResult() + i;
      fields.set(index, served(fields.get(index), aggregates.get(i).type()));
    }
    return new RowType(false, fields);
  }

  private static RowType.RowField served(RowType.RowField field, ColumnType type) {
    boolean nullable = field.getType().isNullable();
    if (type == ColumnType.Simple.TIME_MILLIS) {
      return new RowType.RowField(field.getName(), new TimeType(nullable, 3));
    }
    return type == ColumnType.Simple.TIME_MICROS
        ? new RowType.RowField(field.getName(), new TimeType(nullable, 6))
        : field;
  }

  private static RowType lateType(SilverLayout silver) {
    List<RowType.RowField> fields = new ArrayList<>(silver.silverType().getFields());
    fields.add(new RowType.RowField("_window_start", windowType()));
    fields.add(new RowType.RowField("_window_end", windowType()));
    return new RowType(false, fields);
  }

  private RowType lateRowType(SilverLayout silver) {
    List<RowType.RowField> fields = new ArrayList<>(lateType.getFields());
    fields.add(silver.streamType().getFields().get(silver.newColumns()));
    return new RowType(false, fields);
  }

  private static LogicalType windowType() {
    return new LocalZonedTimestampType(false, WINDOW_PRECISION);
  }

  public String name() {
    return name;
  }

  public List<String> key() {
    return List.copyOf(key);
  }

  /** The columns that identify a result row: the key, and the window's start if there is one. */
  public List<String> identity() {
    List<String> identity = new ArrayList<>(key);
    if (windowed()) {
      identity.add("window_start");
    }
    return identity;
  }

  /** Where the view began to count. */
  public ViewStart start() {
    return start;
  }

  /** Whether rows that serving stores hold of the view are of a former one. */
  public boolean begins() {
    return begins;
  }

  public List<Aggregate> aggregates() {
    return aggregates;
  }

  public boolean windowed() {
    return windowMillis > 0;
  }

  /**
   * Start of the window that holds an event, in epoch milliseconds. Windows start at multiples of
   * their size; only the first one of all starts where timestamps do.
   */
  public long windowStart(long eventTimeMillis) {
    return Math.max(FIRST_MILLI, aligned(eventTimeMillis));
  }

  /** End of a window, which does not belong to it; the last one of all ends where timestamps do. */
  public long windowEnd(long windowStart) {
    return Math.min(LAST_MILLI, aligned(windowStart) + windowMillis);
  }

  private long aligned(long millis) {
    return Math.floorDiv(millis, windowMillis) * windowMillis;
  }

  /** The watermark that closes a window: no event of it is expected any more. */
  public long closesAt(long windowStart) {
    return windowEnd(windowStart) - 1;
  }

  /** The watermark that makes a window final: what comes now is late. */
  public long finalAt(long windowStart) {
    return closesAt(windowStart) + latenessMillis;
  }

  public int keyArity() {
    return key.size();
  }

  /** Index of the window's start in a partial row. */
  int windowStartField() {
    return key.size();
  }

  /** Index of the first field of the gathered state in a partial row. */
  int firstState() {
    return key.size() + 1;
  }

  /** Index of the first aggregate in a result row. */
  public int firstResult() {
    return key.size() + (windowed() ? 2 : 0);
  }

  public RowType keyType() {
    return keyType;
  }

  public RowType partialType() {
    return partialType;
  }

  public RowType resultType() {
    return resultType;
  }

  /**
   * Result rows for stores that know times of day, which tables lack: the same rows, where a column
   * that holds one has the type TIME(3) for its int of milliseconds, or TIME(6) for its long of
   * microseconds.
   */
  public RowType servedType() {
    return servedType;
  }

  /** Makes rejects of result rows. */
  public ViewRejects resultRejects() {
    return new ViewRejects(name, servedType, identity());
  }

  public RowType lateType() {
    return lateType;
  }

  /** A row on its way to the late table, which may get the columns that it brings along. */
  public RowType lateRowType() {
    return lateRowType;
  }
}
