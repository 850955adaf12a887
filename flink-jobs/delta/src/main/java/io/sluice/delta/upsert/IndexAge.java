package io.sluice.delta.upsert;

import io.sluice.delta.commit.Forgotten;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.roaringbitmap.RoaringBitmap;

/**
 * Keeps account of what one subtask of an upsert's index may have forgotten, and of the changed
 * keys for which that matters: those without a place in the index. What was forgotten once stays
 * so, also when the retention is changed or taken away; the state tells it.
 */
final class IndexAge {

  private static final char SEPARATOR = '/';

  /** Clocks of machines differ, and step back, by less than this, in milliseconds. */
  private static final long MOST_SKEW = 60_000;

  /** Of short retentions only a part. */
  private static final int SKEW_SHARE = 10;

  private static final long NOT_YET = Long.MAX_VALUE;

  private final Duration retain;
  private final IndexClock clock;
  private final int timeIndex;
  private final int timePrecision;

  /** Of each subtask, its time and up to when it forgot; null for an index that never forgets. */
  private final ListState<String> saved;

  private final Map<UUID, RoaringBitmap> rows = new HashMap<>();
  private final List<List<Object>> deletes = new ArrayList<>();
  private long upTo = Forgotten.NEVER;
  private long since = NOT_YET;
  private boolean learned;

  /**
   * @param batch whether it is a batch job, whose index is none
   */
  IndexAge(
      IndexRetention retention, RowType rowType, StateInitializationContext context, boolean batch)
      throws Exception {
    retain = batch ? null : retention.retain();
    ListState<String> stored =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>("delta-index-age", StringSerializer.INSTANCE));
    List<String> states = new ArrayList<>();
    stored.get().forEach(states::add);
    boolean forgets = retain != null || !states.isEmpty();
    saved = forgets ? stored : null;
    clock = forgets ? retention.clock().ofOperator() : null;
    timeIndex = retention.timeIndex(rowType).filter(index -> forgets).orElse(-1);
    timePrecision =
        timeIndex < 0 ? 0 : LogicalTypeChecks.getPrecision(rowType.getTypeAt(timeIndex));
    if (forgets && states.isEmpty() && context.isRestored()) {
      // Entries that are there already begin to age now.
      clock.begin();
    }
    states.forEach(this::restore);
  }

  private void restore(String state) {
    int separator = state.indexOf(SEPARATOR);
    clock.atLeast(Long.parseLong(state.substring(0, separator)));
    upTo = Math.max(upTo, Long.parseLong(state.substring(separator + 1)));
  }

  /** How long entries live; null for ever. */
  Duration retain() {
    return retain;
  }

  private boolean forgets() {
    return clock != null;
  }

  /**
   * The entry of a row that is in the table already is about to be written: it ages from now on.
   */
  void learns() {
    if (forgets() && !learned) {
      clock.begin();
      learned = true;
    }
  }

  /** A row has come. */
  void seen(RowData row) {
    if (!forgets()) {
      return;
    }
    if (timeIndex >= 0 && !row.isNullAt(timeIndex)) {
      TimestampData time = row.getTimestamp(timeIndex, timePrecision);
      clock.seen(time.getMillisecond());
    }
    if (since == NOT_YET) {
      since = clock.now();
    }
  }

  /** A row was written whose key has no place in the index. */
  void unsure(UUID file, long position) {
    if (forgets()) {
      rows.computeIfAbsent(file, id -> new RoaringBitmap()).add(Math.toIntExact(position));
    }
  }

  /** A key was deleted that has no place in the index. */
  void unsureDelete(List<Object> key) {
    if (forgets()) {
      deletes.add(key);
    }
  }

  /** What is to be told of the rows since the last call. */
  Forgotten drain() {
    if (!forgets()) {
      return Forgotten.NOTHING;
    }
    if (retain != null) {
      long skew = Math.min(MOST_SKEW, retain.toMillis() / SKEW_SHARE);
      upTo = Math.max(upTo, clock.now() - retain.toMillis() + skew);
    }
    Forgotten forgotten = new Forgotten(upTo, since, rows, deletes);
    rows.clear();
    deletes.clear();
    since = NOT_YET;
    return forgotten;
  }

  void snapshot() throws Exception {
    if (forgets()) {
      saved.update(List.of(clock.now() + "" + SEPARATOR + upTo));
    }
  }
}
