package io.sluice.delta.source;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Finds the splits of a table and hands them to readers that ask. The version of a snapshot is
 * looked up once and kept: a restarted job reads the same one. Until all that was there at the
 * start is read, and a checkpoint knows it, vacuum is kept off. All but the looking into the log
 * happens on the coordinator's thread.
 */
final class DeltaEnumerator implements SplitEnumerator<DeltaSplit, DeltaSourceState> {

  /** Enough for any number of readers; more would only be more state. */
  private static final int MAX_PENDING = 10_000;

  private final SplitEnumeratorContext<DeltaSplit> context;
  private final ReadPlan plan;
  private final Discovery discovery;
  private final SplitQueue queue;
  private final ReadRegistration registration;
  private String tableId;
  private OpenReadMark read;

  /** Nothing is handed out before the table was looked at. */
  private boolean ready;

  /** What the looking thread goes on from, and whether it may. */
  private volatile OptionalLong next;

  private volatile boolean full;

  /** Whether a look has reached the end of the log: all that was there at the start is known. */
  private boolean atEnd;

  /** Whether some state tells of the open read: its job may be restored. */
  private boolean saved;

  /** The first checkpoint whose state needs nothing old. */
  private OptionalLong doneAt = OptionalLong.empty();

  DeltaEnumerator(
      SplitEnumeratorContext<DeltaSplit> context,
      ReadPlan plan,
      ReadRegistration registration,
      DeltaSourceState state) {
    this.context = context;
    this.plan = plan;
    this.registration = registration;
    discovery = new Discovery(plan);
    queue = new SplitQueue(context);
    queue.add(state.pending());
    tableId = state.tableId();
    next = state.next();
    read = state.read();
    saved = read.isOpen();
    atEnd = !plan.continuous();
  }

  @Override
  public void start() {
    context.metricGroup().setUnassignedSplitsGauge(() -> (long) queue.size());
    if (next.isEmpty()) {
      context.callAsync(this::first, this::begin);
    } else {
      DeltaSourceState restored = state();
      context.callAsync(() -> requireSame(restored), (same, failure) -> goOn(failure));
    }
  }

  private DeltaSourceState first() throws IOException {
    DeltaSourceState found = discovery.start();
    registration.open(found.read());
    return found;
  }

  private boolean requireSame(DeltaSourceState restored) throws IOException {
    discovery.requireSame(restored);
    registration.open(restored.read());
    return true;
  }

  private void goOn(Throwable failure) {
    failOn(failure);
    ready = true;
    assign();
    if (read.isOpen()) {
      long interval = ReadRegistration.INTERVAL.toMillis();
      context.callAsync(this::refresh, (done, trouble) -> failOn(trouble), interval, interval);
    }
    if (plan.continuous()) {
      follow();
    }
  }

  private void begin(DeltaSourceState found, Throwable failure) {
    failOn(failure);
    tableId = found.tableId();
    queue.add(found.pending());
    next = found.next();
    read = found.read();
    goOn(null);
  }

  private boolean refresh() {
    registration.refresh();
    return true;
  }

  private void follow() {
    context.callAsync(this::look, this::found, 0, plan.pollInterval().toMillis());
  }

  /** On the looking thread, which may come again before {@link #found} was called. */
  private Look look() throws IOException {
    DeltaSourceState from = new DeltaSourceState(tableId, next, List.of());
    long first = next.getAsLong();
    if (full) {
      return new Look(first, from, false);
    }
    DeltaSourceState found = discovery.after(from);
    long versions = found.next().getAsLong() - first;
    return new Look(first, found, versions < Discovery.VERSIONS_AT_ONCE);
  }

  /**
   * @param from the version where it began
   * @param toTheEnd whether there was no later version than those found
   */
  private record Look(long from, DeltaSourceState found, boolean toTheEnd) {}

  private void found(Look look, Throwable failure) {
    failOn(failure);
    // Otherwise these versions were looked at twice.
    if (look.from() == next.getAsLong()) {
      atEnd |= look.toTheEnd();
      queue.add(look.found().pending());
      next = look.found().next();
      assign();
    }
  }

  private void assign() {
    if (!ready) {
      return;
    }
    queue.assign();
    full = queue.size() > MAX_PENDING;
    if (!plan.continuous() && queue.size() == 0) {
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
    doneAt = OptionalLong.empty();
    assign();
  }

  /** Readers ask when they are ready. */
  @Override
  public void addReader(int subtask) {}

  @Override
  public DeltaSourceState snapshotState(long checkpointId) {
    if (read.isOpen() && isDone()) {
      doneAt = doneAt.isPresent() ? doneAt : OptionalLong.of(checkpointId);
      return state().with(OpenReadMark.NONE);
    }
    doneAt = OptionalLong.empty();
    saved |= read.isOpen();
    return state();
  }

  private DeltaSourceState state() {
    return new DeltaSourceState(tableId, next, queue.pending(), read);
  }

  /** Whether all that was there at the start is read. */
  private boolean isDone() {
    return ready && atEnd && queue.isAtRest(context.currentParallelism());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    if (doneAt.isPresent() && checkpointId >= doneAt.getAsLong()) {
      registration.end();
      read = OpenReadMark.NONE;
      doneAt = OptionalLong.empty();
    }
  }

  /** What a state tells of stays, for whoever restores it. */
  @Override
  public void close() {
    boolean ended = !plan.continuous() && isDone();
    if (!saved || ended) {
      registration.end();
    }
  }
}
