package io.sluice.delta.upsert;

import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.DeltaWriteResultSerializer;
import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.commit.PositionRange;
import io.sluice.delta.commit.Retractions;
import io.sluice.delta.commit.TableMetric;
import io.sluice.delta.commit.WaitingRows;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.parquet.DataFile;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.schema.OrderColumn;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.sink.EvolvingFiles;
import io.sluice.delta.sink.FenceGuard;
import io.sluice.delta.storage.QuietClose;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.jobgraph.JobType;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.roaringbitmap.RoaringBitmap;

/**
 * Writes the newest rows of its keys into data files, and notes the places of those that they
 * replace. Keyed by the upsert's key, so that all changes of a key meet here, and the only writer
 * of its files, so that it knows the place of every row.
 *
 * <p>Before each barrier it sends what it has written as one serialised {@link DeltaWriteResult}.
 */
@Internal
public final class UpsertOperator extends AbstractStreamOperator<byte[]>
    implements OneInputStreamOperator<RowData, byte[]>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  /** Restored keys read even if no rows come: some milliseconds. */
  private static final int KEYS_PER_CHECKPOINT = 5_000;

  private final String tablePath;
  private final TableLayout layout;
  private final Fence fence;
  private final Metering metering;
  private final IndexRetention retention;

  /** Whose index it is; empty when there is none, which a restored job may lack, too. */
  private transient ListState<String> begun;

  private transient boolean restored;
  private transient IndexAge age;
  private transient UpsertIndex index;
  private transient KnownKeys keys;
  private transient OrderColumn order;
  private transient PlainKeys lookupKeys;
  private transient EvolvingFiles files;
  private transient FenceGuard guard;
  private transient Map<UUID, RoaringBitmap> replaced;
  private transient List<Retractions.DeletedKey> deletes;
  private transient long learned;
  private transient DeltaWriteResultSerializer serializer;
  private transient WaitingRows waiting;
  private transient Counter older;
  private transient Counter fenced;
  private transient Counter filesWritten;

  /**
   * @param fence null for none
   */
  public UpsertOperator(
      String tablePath,
      TableLayout layout,
      Fence fence,
      Metering metering,
      IndexRetention retention) {
    this.metering = metering;
    this.tablePath = tablePath;
    this.layout = layout;
    this.fence = fence;
    this.retention = retention;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    // Before the index: state that begins to expire takes the time from the clock.
    age = new IndexAge(retention, layout.rowType(), context, isBatch());
    index = new UpsertIndex(context.getKeyedStateStore(), age.retain());
    begun =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>("delta-index-key", StringSerializer.INSTANCE));
    restored = false;
    for (String key : begun.get()) {
      checkKey(key);
      restored = true;
    }
  }

  /** A batch job has state for one key at a time: there each commit looks keys up. */
  private boolean isBatch() {
    return getContainingTask().getEnvironment().getJobType() == JobType.BATCH;
  }

  private void checkKey(String saved) {
    if (!saved.equals(layout.key().toString())) {
      throw new IllegalStateException(
          "The restored state of the upsert into "
              + tablePath
              + " belongs to "
              + saved
              + ", but the sink now has "
              + layout.key()
              + ". Change it back, or start without this state");
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    keys = new KnownKeys(restored ? restoredKeys() : Stream.empty());
    order = layout.key().order(layout.rowType());
    lookupKeys = new PlainKeys(layout);
    replaced = new HashMap<>();
    deletes = new ArrayList<>();
    serializer = new DeltaWriteResultSerializer();
    MetricGroup metrics = metering.group(getMetricGroup());
    waiting = metering.waiting(layout.rowType(), getMetricGroup(), Clock.systemUTC());
    older = metrics.counter(TableMetric.ROWS_OLDER.text());
    fenced = metrics.counter(TableMetric.ROWS_FENCED.text());
    filesWritten = metrics.counter(TableMetric.FILES_WRITTEN.text());
    TableStorage table = TableStorage.of(tablePath);
    TableHead head = new TableHead(table, layout, () -> {}).createIfAbsent();
    files =
        new EvolvingFiles(
            table,
            layout,
            head.snapshot().getSchema(),
            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
            metrics);
    guard =
        fence == null ? null : new FenceGuard(tablePath, fence, layout.rowType(), head.current());
    learned = Lineage.NOTHING_LEARNED;
    if (!restored && !isBatch()) {
      learn(head);
    }
  }

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    RowData row = element.getValue();
    if (row.getRowKind() == RowKind.UPDATE_BEFORE) {
      // The row after the update has the same key and replaces it.
      return;
    }
    long rowOrder = orderOf(row);
    age.seen(row);
    UpsertIndex.Entry known = known();
    boolean isNew = guard == null || guard.admit(row);
    if (known != null && rowOrder < known.order()) {
      older.inc();
    } else if (!isNew) {
      // The table has seen it: what it holds of the key is there, or in a file not known here.
      fenced.inc();
      remember(known, rowOrder);
    } else {
      waiting.took(row);
      apply(row, rowOrder, known);
    }
  }

  private Stream<RowData> restoredKeys() {
    return this.<RowData>getKeyedStateBackend().getKeys(UpsertIndex.STATE, VoidNamespace.INSTANCE);
  }

  /** What the index knows of the current key, whose entry is written next; null if nothing. */
  private UpsertIndex.Entry known() throws IOException {
    return keys.add((RowData) getCurrentKey()) ? index.get() : null;
  }

  private long orderOf(RowData row) {
    try {
      return order.of(row);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "Upsert into table %s of key %s: %s"
              .formatted(tablePath, lookupKeys.of(row), e.getMessage()),
          e);
    }
  }

  private void remember(UpsertIndex.Entry known, long rowOrder) throws IOException {
    if (known == null) {
      index.putNoPlace(rowOrder);
    } else {
      index.raise(known, rowOrder);
    }
  }

  private void apply(RowData row, long rowOrder, UpsertIndex.Entry known) throws IOException {
    boolean placed = known != null && known.hasPlace();
    if (placed) {
      replace(known.file(), known.position());
    }
    if (row.getRowKind() == RowKind.DELETE) {
      List<Object> key = lookupKeys.of(row);
      deletes.add(new Retractions.DeletedKey(key, rowOrder));
      if (!placed) {
        age.unsureDelete(key);
      }
      index.putNoPlace(rowOrder);
    } else {
      DataFile file = files.write(row);
      if (!placed) {
        age.unsure(file.id(), file.rows() - 1);
      }
      index.putPlace(rowOrder, file.id(), file.rows() - 1);
    }
  }

  private void replace(UUID file, int position) {
    replaced.computeIfAbsent(file, id -> new RoaringBitmap()).add(position);
  }

  /**
   * Without state, the index learns what the table holds. Two rows of a key, which others may have
   * written, become one.
   */
  private void learn(TableHead head) throws IOException {
    learned = head.current().version();
    TaskInfo task = getRuntimeContext().getTaskInfo();
    int keyGroups = task.getMaxNumberOfParallelSubtasks();
    KeyGroupRange mine =
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            keyGroups, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
    new UpsertTable(head, LiveFiles.of(head))
        .learn(
            (key, rowOrder, file, position) -> {
              RowData row = lookupKeys.toRow(key);
              if (!mine.contains(KeyGroupRangeAssignment.assignToKeyGroup(row, keyGroups))) {
                return;
              }
              age.learns();
              setCurrentKey(row);
              UpsertIndex.Entry known = known();
              if (known == null || rowOrder >= known.order()) {
                index.putPlace(rowOrder, file, position);
              }
              if (known != null && rowOrder >= known.order()) {
                replace(known.file(), known.position());
              } else if (known != null) {
                replace(file, position);
              }
            });
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    emit();
    keys.readOn(KEYS_PER_CHECKPOINT);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    begun.update(List.of(layout.key().toString()));
    age.snapshot();
  }

  @Override
  public void endInput() throws Exception {
    emit();
  }

  private void emit() throws IOException {
    List<DeltaFile> finished = files.finishAll();
    waiting.ended();
    Map<String, PositionRange> positions = guard == null ? Map.of() : guard.drain();
    Retractions retractions = new Retractions(replaced, deletes, age.drain());
    replaced.clear();
    deletes.clear();
    long news = learned;
    learned = Lineage.NOTHING_LEARNED;
    if (finished.isEmpty()
        && retractions.isEmpty()
        && positions.isEmpty()
        && news == Lineage.NOTHING_LEARNED) {
      return;
    }
    filesWritten.inc(finished.size());
    output.collect(
        new StreamRecord<>(
            serializer.serialize(
                new DeltaWriteResult(
                    finished,
                    positions,
                    retractions,
                    news,
                    finished.isEmpty() ? NewColumns.NONE : files.added()))));
  }

  @Override
  public void close() throws Exception {
    QuietClose.all("the upsert into " + tablePath, files, keys);
    super.close();
  }
}
