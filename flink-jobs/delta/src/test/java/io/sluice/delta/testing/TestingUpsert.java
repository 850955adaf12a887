package io.sluice.delta.testing;

import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.DeltaWriteResultSerializer;
import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.commit.SavedSink;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.sink.CompactedTable;
import io.sluice.delta.upsert.IndexClock;
import io.sluice.delta.upsert.IndexRetention;
import io.sluice.delta.upsert.KeyColumns;
import io.sluice.delta.upsert.UpsertOperator;
import io.sluice.delta.upsert.UpsertTable;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;

/**
 * An upsert outside of any job: rows go through the real operator into a real table, checkpoint by
 * checkpoint. Key (id, day), ordered by version.
 */
public final class TestingUpsert implements AutoCloseable {

  public static final RowType TYPE =
      RowType.of(
          new LogicalType[] {
            VarCharType.STRING_TYPE, VarCharType.STRING_TYPE, new BigIntType(), new BigIntType()
          },
          new String[] {"id", "day", "version", "amount"});

  private static final UpsertKey KEY = new UpsertKey(List.of("id", "day"), "version");
  private static final String SINK = "upserts";
  private static final long FILE_SIZE = 128L << 20;

  /** The name of the index's state. */
  private static final String INDEX = "delta-index";

  private static final StateBackend HEAP = new HashMapStateBackend();

  /** Key groups; the most subtasks that there can be. */
  private static final int MAX_PARALLELISM = 12;

  /**
   * What a savepoint holds.
   *
   * @param index the state of all subtasks of the index
   */
  public record Saved(OperatorSubtaskState index, int parallelism, TestingCommits.Saved commits)
      implements Serializable {}

  public final TestingTable table;
  private final TableLayout layout;
  private final Fence fence;
  private final IndexRetention retention;
  private final Time time;
  private final LiveFiles live;
  private final UpsertTable upserted;
  private final CommitTable committed;
  private final TestingCommits commits;
  private final KeyColumns key;
  private final List<KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]>> index =
      new ArrayList<>();
  private final DeltaWriteResultSerializer serializer = new DeltaWriteResultSerializer();
  private long commitNanos;

  private TestingUpsert(
      Path path,
      long fileSize,
      boolean compacted,
      List<String> partitions,
      Saved saved,
      int parallelism,
      StateBackend backend)
      throws Exception {
    this(
        path,
        new TableLayout(
            TYPE,
            partitions,
            fileSize,
            KEY,
            compacted,
            TestingNewColumns.changes(TYPE, SchemaPolicy.EVOLVE),
            Map.of()),
        null,
        IndexRetention.FOREVER,
        new Time(),
        saved,
        parallelism,
        backend);
  }

  private TestingUpsert(
      Path path,
      TableLayout layout,
      Fence fence,
      IndexRetention retention,
      Time time,
      Saved saved,
      int parallelism,
      StateBackend backend)
      throws Exception {
    this.layout = layout;
    this.fence = fence;
    this.retention = retention;
    this.time = time;
    key = new KeyColumns(layout.rowType(), layout.key().columns());
    table =
        new TestingTable(
            path, layout.rowType(), layout.partitionColumns(), layout.targetFileSize());
    TableHead head = new TableHead(TestingStorage.of(path), layout, () -> {}).createIfAbsent();
    live = LiveFiles.of(head);
    upserted = new UpsertTable(head, live);
    committed =
        layout.compacted()
            ? new CompactedTable(head, live, upserted, TestingTable.metrics())
            : upserted;
    commits =
        new TestingCommits(
            SINK,
            path,
            layout,
            TestingTable.committer(TestingStorage.address(path), committed),
            saved == null ? null : saved.commits());
    for (int subtask = 0; subtask < parallelism; subtask++) {
      index.add(subtask(saved, subtask, parallelism, backend));
    }
  }

  private KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> subtask(
      Saved saved, int subtask, int parallelism, StateBackend backend) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new UpsertOperator(
                TestingStorage.address(table.path), layout, fence, Metering.of("t"), retention),
            key,
            key.getProducedType(),
            MAX_PARALLELISM,
            parallelism,
            subtask);
    operator.setStateBackend(backend);
    operator.setStateTtlProcessingTime(time.now);
    if (saved != null) {
      operator.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              saved.index(), MAX_PARALLELISM, saved.parallelism(), parallelism, subtask));
    }
    operator.open();
    return operator;
  }

  /** With columns of any kind, whose rows go in by {@link #process}. */
  static TestingUpsert of(Path path, TableLayout layout, Fence fence, int parallelism)
      throws Exception {
    return new TestingUpsert(
        path, layout, fence, IndexRetention.FOREVER, new Time(), null, parallelism, HEAP);
  }

  public static TestingUpsert start(Path path, String... partitions) throws Exception {
    return new TestingUpsert(path, FILE_SIZE, false, List.of(partitions), null, 1, HEAP);
  }

  /** With the index in RocksDB, as in a job. */
  public static TestingUpsert startInRocksDb(Path path) throws Exception {
    return new TestingUpsert(path, FILE_SIZE, false, List.of(), null, 1, rocksDb());
  }

  /**
   * With background compaction.
   *
   * @param saved null to start without state
   */
  public static TestingUpsert compacting(Path path, Saved saved, String... partitions)
      throws Exception {
    return compacting(path, saved, 1, partitions);
  }

  /** An upsert with several subtasks of the index, whatever their number was before. */
  public static TestingUpsert compacting(
      Path path, Saved saved, int parallelism, String... partitions) throws Exception {
    return new TestingUpsert(path, FILE_SIZE, true, List.of(partitions), saved, parallelism, HEAP);
  }

  /** By what an index ages: it stands still until it is told to go on. */
  public static final class Time implements IndexClock, Serializable {
    private long now = 1_000_000;

    @Override
    public long now() {
      return now;
    }
  }

  /**
   * With an index that forgets.
   *
   * @param retain null for one that does not
   * @param time goes on over restarts
   * @param saved null to start without state
   */
  public static TestingUpsert forgetting(
      Path path,
      Duration retain,
      Time time,
      boolean rocksDb,
      Saved saved,
      int parallelism,
      String... partitions)
      throws Exception {
    return new TestingUpsert(
        path,
        new TableLayout(
            TYPE,
            List.of(partitions),
            FILE_SIZE,
            KEY,
            true,
            TestingNewColumns.changes(TYPE, SchemaPolicy.EVOLVE),
            Map.of()),
        null,
        new IndexRetention(retain, () -> time, null),
        time,
        saved,
        parallelism,
        rocksDb ? rocksDb() : HEAP);
  }

  private static StateBackend rocksDb() {
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend(true);
    backend.getMemoryConfiguration().setFixedMemoryPerSlot(MemorySize.ofMebiBytes(512));
    return backend;
  }

  /** Time goes on. */
  public void pass(Duration more) throws Exception {
    time.now += more.toMillis();
    for (KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator : index) {
      operator.setStateTtlProcessingTime(time.now);
    }
  }

  /** Entries that the index holds on the heap, or in RocksDB after it was compacted. */
  public long entries() throws Exception {
    long entries = 0;
    for (KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator : index) {
      KeyedStateBackend<RowData> backend =
          ((UpsertOperator) operator.getOperator()).getKeyedStateBackend();
      if (backend instanceof RocksDBKeyedStateBackend<RowData> rocksDb) {
        rocksDb.compactState(new ValueStateDescriptor<>(INDEX, Types.LONG));
        try (Stream<RowData> keys = rocksDb.getKeys(INDEX, VoidNamespace.INSTANCE)) {
          entries += keys.count();
        }
      } else {
        entries += operator.numKeyedStateEntries();
      }
    }
    return entries;
  }

  /** An upsert that does not know where the table's rows are. */
  public static TestingUpsert startIgnorant(Path path) throws Exception {
    try (TestingUpsert elsewhere = start(path.resolveSibling("empty"))) {
      return new TestingUpsert(path, FILE_SIZE, false, List.of(), elsewhere.checkpoint(), 1, HEAP);
    }
  }

  public static TestingUpsert restore(Path path, Saved saved, String... partitions)
      throws Exception {
    return new TestingUpsert(path, FILE_SIZE, false, List.of(partitions), saved, 1, HEAP);
  }

  public static GenericRowData row(String id, String day, long version, long amount) {
    return GenericRowData.of(
        StringData.fromString(id), StringData.fromString(day), version, amount, null);
  }

  public void put(String id, long version, long amount) throws Exception {
    process(row(id, "d", version, amount));
  }

  public void put(String id, String day, long version, long amount) throws Exception {
    process(row(id, day, version, amount));
  }

  /** A row that brings columns along. */
  public void put(String id, long version, long amount, RowData newColumns) throws Exception {
    GenericRowData row = row(id, "d", version, amount);
    row.setField(TYPE.getFieldCount(), newColumns);
    process(row);
  }

  public void delete(String id, long version) throws Exception {
    delete(id, "d", version);
  }

  public void delete(String id, String day, long version) throws Exception {
    GenericRowData row = row(id, day, version, 0);
    row.setRowKind(RowKind.DELETE);
    process(row);
  }

  void process(RowData row) throws Exception {
    int subtask =
        KeyGroupRangeAssignment.assignKeyToParallelOperator(
            key.getKey(row), MAX_PARALLELISM, index.size());
    index.get(subtask).processElement(row, 0);
  }

  /** Takes a checkpoint and commits it. */
  public Saved checkpoint() throws Exception {
    return checkpoint(() -> {});
  }

  /** Something happens between the checkpoint's completion and its commit. */
  public Saved checkpoint(Interruption between) throws Exception {
    barrier();
    Saved saved = snapshot();
    between.happen();
    complete();
    return saved;
  }

  /** A checkpoint whose state is not kept. */
  public void commit() throws Exception {
    barrier();
    complete();
  }

  /** The first part of a checkpoint: what was written goes on its way to the commit. */
  public void barrier() throws Exception {
    long checkpoint = commits.checkpoint() + 1;
    List<List<DeltaWriteResult>> written = new ArrayList<>();
    for (KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator : index) {
      operator.prepareSnapshotPreBarrier(checkpoint);
      List<DeltaWriteResult> results = new ArrayList<>();
      for (byte[] result : operator.extractOutputValues()) {
        results.add(serializer.deserialize(serializer.getVersion(), result));
      }
      operator.getOutput().clear();
      written.add(results);
    }
    commits.barrier(checkpoint, written);
  }

  /** The second part of a checkpoint. */
  public Saved snapshot() throws Exception {
    OperatorSubtaskState[] states = new OperatorSubtaskState[index.size()];
    for (int subtask = 0; subtask < states.length; subtask++) {
      states[subtask] = index.get(subtask).snapshot(commits.checkpoint(), 0);
    }
    return new Saved(
        AbstractStreamOperatorTestHarness.repackageState(states),
        states.length,
        commits.snapshot());
  }

  /** The third part of a checkpoint: it is complete, so it is committed. */
  public void complete() throws IOException {
    long started = System.nanoTime();
    commits.commit();
    commitNanos = System.nanoTime() - started;
  }

  /** The sink as a savepoint of the last checkpoint knows it. */
  public SavedSink savedSink() throws Exception {
    return commits.savedSink();
  }

  /** The id of the last checkpoint. */
  public long lastCheckpoint() {
    return commits.checkpoint();
  }

  /** Live files. */
  public int files() {
    return live.all().size();
  }

  /** Live files whose rows the index does not know. */
  public int unknownFiles() throws IOException {
    upserted.refresh();
    return upserted.unknown(commits.known());
  }

  /** Waits until the compaction that was begun is in the table. */
  public void awaitCompaction() throws Exception {
    ((CompactedTable) committed).await();
  }

  /** Waits until the compaction that was begun is written; it is not in the table yet. */
  public void awaitWritten() {
    while (isCompacting()) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  /** Whether a compaction is being written at this moment. */
  public boolean isCompacting() {
    return ((CompactedTable) committed).isCompacting();
  }

  /** What a reader goes through: rows that are there, and those that are deleted. */
  public long[] rowsAndDeleted() {
    long[] sums = new long[2];
    for (LiveFile file : live.all()) {
      long gone = file.vector().map(vector -> vector.getCardinality()).orElse(0L);
      sums[0] += file.rows().getAsLong() - gone;
      sums[1] += gone;
    }
    return sums;
  }

  /** How long the last commit took. */
  public double commitMillis() {
    return commitNanos / 1e6;
  }

  /** May fail. */
  @FunctionalInterface
  public interface Interruption {
    void happen() throws Exception;
  }

  /** id/day to amount; fails when a key is there twice. */
  public TreeMap<String, Long> content() throws IOException {
    TreeMap<String, Long> content = new TreeMap<>();
    for (var row : table.rows()) {
      String key = row.get("id") + "/" + row.get("day");
      if (content.put(key, (Long) row.get("amount")) != null) {
        throw new AssertionError("key " + key + " is in the table twice: " + table.rows());
      }
    }
    return content;
  }

  @Override
  public void close() throws Exception {
    for (KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator : index) {
      operator.close();
    }
    commits.close();
  }
}
