package io.sluice.connectors.delta;

import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Finds the splits of a table and hands them to readers that ask. The version of a snapshot is
 * looked up once and kept: a restarted job reads the same one. All but the looking into the log
 * happens on the coordinator's thread.
 */
final class DeltaEnumerator implements SplitEnumerator<DeltaSplit, DeltaSourceState> {

  /** Enough for any number of readers; more would only be more state. */
  private static final int MAX_PENDING = 10_000;

  private final SplitEnumeratorContext<DeltaSplit> context;
  private final ReadPlan plan;
  private final Discovery discovery;
  private final SplitQueue queue;
  private String tableId;

  /** What the looking thread goes on from, and whether it may. */
  private volatile OptionalLong next;

  private volatile boolean full;

  DeltaEnumerator(
      SplitEnumeratorContext<DeltaSplit> context, ReadPlan plan, DeltaSourceState state) {
    this.context = context;
    this.plan = plan;
    discovery = new Discovery(plan);
    queue = new SplitQueue(context);
    queue.add(state.pending());
    tableId = state.tableId();
    next = state.next();
  }

  @Override
  public void start() {
    context.metricGroup().setUnassignedSplitsGauge(() -> (long) queue.size());
    if (next.isEmpty()) {
      context.callAsync(discovery::start, this::begin);
    } else if (plan.continuous()) {
      context.callAsync(this::requireSame, (same, failure) -> follow(failure));
    }
  }

  private boolean requireSame() throws Exception {
    discovery.requireSame(tableId);
    return true;
  }

  private void begin(DeltaSourceState found, Throwable failure) {
    failOn(failure);
    tableId = found.tableId();
    take(found);
    if (plan.continuous()) {
      follow(null);
    }
  }

  private void follow(Throwable failure) {
    failOn(failure);
    context.callAsync(this::look, this::goOn, 0, plan.pollInterval().toMillis());
  }

  /** On the looking thread, which may come again before {@link #goOn} was called. */
  private Look look() throws Exception {
    DeltaSourceState from = new DeltaSourceState("", next, List.of());
    return new Look(from.next().getAsLong(), full ? from : discovery.after(from));
  }

  /**
   * @param from the version where it began
   */
  private record Look(long from, DeltaSourceState found) {}

  private void goOn(Look look, Throwable failure) {
    failOn(failure);
    // Otherwise these versions were looked at twice.
    if (look.from() == next.getAsLong()) {
      take(look.found());
    }
  }

  private void take(DeltaSourceState found) {
    queue.add(found.pending());
    next = found.next();
    assign();
  }

  private void assign() {
    queue.assign();
    full = queue.size() > MAX_PENDING;
    if (!plan.continuous() && next.isPresent() && queue.size() == 0) {
      queue.end();
    }
  }

  private static void failOn(Throwable failure) {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    } else if (failure != null) {
      throw new FlinkRuntimeException(failure.getMessage(), failure);
    }
  }

  @Override
  public void handleSplitRequest(int subtask, String host) {
    queue.request(subtask);
    assign();
  }

  @Override
  public void addSplitsBack(List<DeltaSplit> splits, int subtask) {
    queue.addBack(splits, subtask);
    assign();
  }

  /** Readers ask when they are ready. */
  @Override
  public void addReader(int subtask) {}

  @Override
  public DeltaSourceState snapshotState(long checkpointId) {
    return new DeltaSourceState(tableId, next, queue.pending());
  }

  @Override
  public void close() {}
}
