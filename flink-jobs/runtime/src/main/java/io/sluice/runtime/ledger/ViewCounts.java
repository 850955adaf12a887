package io.sluice.runtime.ledger;

import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * What became of the events that one view took. Each of them is late, rejected, left out, counted
 * in a result that stands, or waits in an open window:
 *
 * <pre>
 *   open before + taken = late + rejected + left out + counted + open
 * </pre>
 *
 * <p>All numbers count events. {@code counted} events are in final results of windows or in running
 * aggregates; {@code left out} are those without an event time and those of windows that the view
 * has not seen whole because it began later.
 */
public final class ViewCounts {
  private static final LogicalType COUNT = new BigIntType(false);

  /** Layout of the counts on their way to the ledger; {@code open} is a change. */
  static final RowType ROW_TYPE =
      RowType.of(
          false,
          new LogicalType[] {COUNT, COUNT, COUNT, COUNT, COUNT, COUNT},
          new String[] {"taken", "late", "rejected", "left_out", "counted", "open"});

  private long taken;
  private long late;
  private long rejected;
  private long leftOut;
  private long counted;
  private long open;

  public void taken() {
    taken++;
  }

  public void late() {
    late++;
  }

  public void rejected(long events) {
    rejected += events;
  }

  public void leftOut(long events) {
    leftOut += events;
  }

  public void counted(long events) {
    counted += events;
  }

  /** Counts events that entered open windows, or left them if negative. */
  public void open(long events) {
    open += events;
  }

  /** Whether there is nothing to report. */
  public boolean isEmpty() {
    return open == 0 && !hasEvents();
  }

  /** Whether anything became of an event, apart from the events of open windows. */
  boolean hasEvents() {
    return (taken | late | rejected | leftOut | counted) != 0;
  }

  /** Events in open windows. */
  long openEvents() {
    return open;
  }

  /** Events that were taken and of which nothing else became: those that open windows must hold. */
  long unsettled() {
    return taken - late - rejected - leftOut - counted;
  }

  RowData toRow() {
    return GenericRowData.of(taken, late, rejected, leftOut, counted, open);
  }

  void add(RowData row) {
    taken += row.getLong(0);
    late += row.getLong(1);
    rejected += row.getLong(2);
    leftOut += row.getLong(3);
    counted += row.getLong(4);
    open += row.getLong(5);
  }

  /** Starts again at zero. */
  public void clear() {
    taken = 0;
    late = 0;
    rejected = 0;
    leftOut = 0;
    counted = 0;
    open = 0;
  }
}
