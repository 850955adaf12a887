package io.sluice.connectors.delta;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
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
final class TestingUpsert implements AutoCloseable {

  static final RowType TYPE =
      RowType.of(
          new LogicalType[] {
            VarCharType.STRING_TYPE, VarCharType.STRING_TYPE, new BigIntType(), new BigIntType()
          },
          new String[] {"id", "day", "version", "amount"});

  private static final UpsertKey KEY = new UpsertKey(List.of("id", "day"), "version");
  private static final String SINK = "upserts";
  private static final long FILE_SIZE = 128L << 20;

  /** What a savepoint holds. */
  record Saved(OperatorSubtaskState index, long checkpoint, IncarnationState identity) {}

  final TestingTable table;
  private final TableLayout layout;
  private final KernelTable kernel;
  private final DeltaCommitter committer;
  private final CommitTable committed;
  private final KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator;
  private final DeltaWriteResultSerializer serializer = new DeltaWriteResultSerializer();
  private IncarnationState identity;
  private long checkpoint;
  private long commitNanos;

  private TestingUpsert(
      Path path, long fileSize, boolean compacted, List<String> partitions, Saved saved)
      throws Exception {
    table = new TestingTable(path, TYPE, partitions, fileSize);
    layout =
        new TableLayout(
            TYPE,
            partitions,
            fileSize,
            KEY,
            compacted,
            TestingNewColumns.changes(TYPE, SchemaPolicy.EVOLVE));
    kernel = new KernelTable(path, layout, () -> {}).createIfAbsent();
    committed = compacted ? new CompactedTable(kernel, TestingTable.metrics()) : kernel;
    committer = TestingTable.committer(path.toString(), committed);
    KeyColumns key = new KeyColumns(TYPE, KEY.columns());
    operator =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new UpsertOperator(path.toString(), layout, null), key, key.getProducedType());
    identity = IncarnationState.mint();
    if (saved != null) {
      operator.initializeState(saved.index());
      checkpoint = saved.checkpoint();
      identity = saved.identity();
      var held = kernel.current().transaction(DeltaCommittable.appId(SINK, identity.incarnation()));
      if (held.isPresent() && held.getAsLong() > checkpoint) {
        identity = identity.succeededAt(checkpoint);
      }
    }
    operator.open();
  }

  static TestingUpsert start(Path path, String... partitions) throws Exception {
    return new TestingUpsert(path, FILE_SIZE, false, List.of(partitions), null);
  }

  /**
   * With background compaction.
   *
   * @param saved null to start without state
   */
  static TestingUpsert compacting(Path path, Saved saved, String... partitions) throws Exception {
    return new TestingUpsert(path, FILE_SIZE, true, List.of(partitions), saved);
  }

  /** An upsert that does not know where the table's rows are. */
  static TestingUpsert startIgnorant(Path path) throws Exception {
    try (TestingUpsert elsewhere = start(path.resolveSibling("empty"))) {
      Saved nothing = new Saved(elsewhere.operator.snapshot(0, 0), 0, elsewhere.identity);
      return new TestingUpsert(path, FILE_SIZE, false, List.of(), nothing);
    }
  }

  static TestingUpsert restore(Path path, Saved saved, String... partitions) throws Exception {
    return new TestingUpsert(path, FILE_SIZE, false, List.of(partitions), saved);
  }

  static GenericRowData row(String id, String day, long version, long amount) {
    return GenericRowData.of(
        StringData.fromString(id), StringData.fromString(day), version, amount, null);
  }

  void put(String id, long version, long amount) throws Exception {
    operator.processElement(row(id, "d", version, amount), 0);
  }

  void put(String id, String day, long version, long amount) throws Exception {
    operator.processElement(row(id, day, version, amount), 0);
  }

  /** A row that brings columns along. */
  void put(String id, long version, long amount, RowData newColumns) throws Exception {
    GenericRowData row = row(id, "d", version, amount);
    row.setField(TYPE.getFieldCount(), newColumns);
    operator.processElement(row, 0);
  }

  void delete(String id, long version) throws Exception {
    delete(id, "d", version);
  }

  void delete(String id, String day, long version) throws Exception {
    GenericRowData row = row(id, day, version, 0);
    row.setRowKind(RowKind.DELETE);
    operator.processElement(row, 0);
  }

  /** Takes a checkpoint and commits it. */
  Saved checkpoint() throws Exception {
    return checkpoint(() -> {});
  }

  /** Something happens between the checkpoint's completion and its commit. */
  Saved checkpoint(Interruption between) throws Exception {
    List<DeltaWriteResult> written = write();
    OperatorSubtaskState state = operator.snapshot(checkpoint, 0);
    between.happen();
    commit(written);
    return new Saved(state, checkpoint, identity);
  }

  /** A checkpoint whose state is not kept. */
  void commit() throws Exception {
    commit(write());
  }

  private List<DeltaWriteResult> write() throws Exception {
    checkpoint++;
    operator.prepareSnapshotPreBarrier(checkpoint);
    List<DeltaWriteResult> written = new ArrayList<>();
    for (byte[] result : operator.extractOutputValues()) {
      written.add(serializer.deserialize(serializer.getVersion(), result));
    }
    operator.getOutput().clear();
    written.stream()
        .map(DeltaWriteResult::learned)
        .filter(version -> version != DeltaWriteResult.NOTHING_LEARNED)
        .forEach(version -> identity = identity.learned(version));
    return written;
  }

  private void commit(List<DeltaWriteResult> written) throws IOException {
    for (DeltaWriteResult result : written) {
      if (!result.files().isEmpty() || !result.retractions().isEmpty()) {
        commit(result);
      }
    }
  }

  private void commit(DeltaWriteResult result) throws IOException {
    DeltaCommittable committable =
        new DeltaCommittable(
            SINK,
            table.path.toString(),
            identity.incarnation(),
            checkpoint,
            identity.lastEmitted(),
            result.files(),
            result.positions(),
            result.retractions(),
            identity.lineage(),
            result.newColumns());
    long started = System.nanoTime();
    committer.commit(List.of(new TestingCommitRequest(committable, 0)));
    commitNanos = System.nanoTime() - started;
    identity = identity.emitted(checkpoint);
  }

  /** Live files. */
  int files() {
    return kernel.liveFiles().all().size();
  }

  /** Live files whose rows the index does not know. */
  int unknownFiles() throws IOException {
    kernel.refresh();
    return kernel.unknown(identity.lineage().and(identity.incarnation(), Long.MAX_VALUE));
  }

  /** Waits until the compaction that was begun is in the table. */
  void awaitCompaction() throws Exception {
    ((CompactedTable) committed).await();
  }

  /** Waits until the compaction that was begun is written; it is not in the table yet. */
  void awaitWritten() {
    while (isCompacting()) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  /** Whether a compaction is being written at this moment. */
  boolean isCompacting() {
    return ((CompactedTable) committed).isCompacting();
  }

  /** What a reader goes through: rows that are there, and those that are deleted. */
  long[] rowsAndDeleted() {
    long[] sums = new long[2];
    for (LiveFile file : kernel.liveFiles().all()) {
      long gone = file.vector().map(vector -> vector.getCardinality()).orElse(0L);
      sums[0] += file.rows().getAsLong() - gone;
      sums[1] += gone;
    }
    return sums;
  }

  /** How long the last commit took. */
  double commitMillis() {
    return commitNanos / 1e6;
  }

  /** May fail. */
  @FunctionalInterface
  interface Interruption {
    void happen() throws Exception;
  }

  /** id/day to amount; fails when a key is there twice. */
  TreeMap<String, Long> content() throws IOException {
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
    operator.close();
    committer.close();
  }
}
