package io.sluice.runtime.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The lines of the ledger about the views of one dataset: of the events that were in open windows
 * and those that the view took since, how many are late, rejected, left out, counted, and how many
 * are in open windows now. The gap is what is missing from that sum.
 *
 * <p>The windows of a view say after a restore how many events they found in their state. An edit
 * or a fault that took open windows away is therefore a gap of the first checkpoint after it. Of a
 * view that began anew or is gone, the events that were in open windows are left out.
 *
 * <p>The first checkpoint on state of an older version, which does not say how many events were in
 * open windows, balances by definition.
 */
final class ViewLedger {
  private static final LogicalType COUNT = new BigIntType(false);

  /** Layout of one view's line in the ledger table. */
  static final RowType ROW_TYPE =
      RowType.of(
          false,
          new LogicalType[] {COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT},
          new String[] {"taken", "late", "rejected", "left_out", "counted", "open", "gap"});

  /** Layout of the state: what a view's open windows hold. */
  static final RowType STATE_TYPE =
      RowType.of(
          false,
          new LogicalType[] {
            new VarCharType(false, VarCharType.MAX_LENGTH), new IntType(false), COUNT
          },
          new String[] {"view", "generation", "open"});

  /**
   * One view's line at a checkpoint.
   *
   * @param gap events that are not accounted for
   */
  record Line(String view, ViewCounts counts, long open, long gap) {
    private RowData toRow() {
      RowData row = counts.toRow();
      return GenericRowData.of(
          row.getLong(0),
          row.getLong(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          open,
          gap);
    }
  }

  private final Map<String, Integer> generations;
  private final boolean knowsOpen;

  /** Events that the open windows must hold. */
  private final Map<String, Long> expected = new TreeMap<>();

  /** Events that the open windows have said to hold. */
  private final Map<String, Long> open = new HashMap<>();

  /** Events of windows that are no more, since the view began anew or is gone. */
  private final Map<String, Long> leftBehind = new TreeMap<>();

  private boolean first = true;

  /**
   * @param generations the views and how often each has begun anew
   * @param restored whether the job goes on from state
   * @param state what {@link #state} gave
   */
  ViewLedger(Map<String, Integer> generations, boolean restored, Iterable<RowData> state) {
    this.generations = Map.copyOf(generations);
    generations.keySet().forEach(view -> expected.put(view, 0L));
    boolean empty = true;
    for (RowData row : state) {
      empty = false;
      String view = row.getString(0).toString();
      boolean same = Integer.valueOf(row.getInt(1)).equals(generations.get(view));
      (same ? expected : leftBehind).put(view, row.getLong(2));
    }
    knowsOpen = !restored || !empty;
  }

  /**
   * Closes a checkpoint.
   *
   * @param counts what the operators of the views reported for it
   * @return a line for each view with something to tell
   */
  List<Line> close(Map<String, ViewCounts> counts) {
    leftBehind.forEach((view, events) -> leave(counts, view, events));
    leftBehind.clear();
    List<Line> lines = new ArrayList<>();
    for (String view : views(counts)) {
      Line line = line(view, counts.getOrDefault(view, new ViewCounts()));
      if (line.counts().hasEvents() || line.gap() != 0) {
        lines.add(line);
      }
    }
    first = false;
    return lines;
  }

  private void leave(Map<String, ViewCounts> counts, String view, long events) {
    counts.computeIfAbsent(view, v -> new ViewCounts()).leftOut(events);
    expected.merge(view, events, Long::sum);
  }

  private List<String> views(Map<String, ViewCounts> counts) {
    Map<String, Long> views = new TreeMap<>(expected);
    counts.keySet().forEach(view -> views.put(view, 0L));
    return List.copyOf(views.keySet());
  }

  private Line line(String view, ViewCounts counts) {
    long now = open.merge(view, counts.openEvents(), Long::sum);
    long gap = expected.getOrDefault(view, 0L) + counts.unsettled() - now;
    expected.put(view, now);
    return new Line(view, counts, now, first && !knowsOpen ? 0 : gap);
  }

  /** Of the views that there are: what their open windows hold. */
  List<RowData> state() {
    List<RowData> rows = new ArrayList<>();
    generations.forEach(
        (view, generation) ->
            rows.add(
                GenericRowData.of(
                    StringData.fromString(view), generation, expected.getOrDefault(view, 0L))));
    return rows;
  }

  /** The lines by view. */
  static MapData toMap(List<Line> lines) {
    Map<StringData, RowData> map = new HashMap<>();
    lines.forEach(line -> map.put(StringData.fromString(line.view()), line.toRow()));
    return new GenericMapData(map);
  }
}
