package io.sluice.delta.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.FileCounter;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.sink.CompactedTable;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingCommittables;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitMetricsTest {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

  @TempDir Path directory;

  private final Map<String, Metric> registered = new HashMap<>();
  private final Clock clock = Clock.systemUTC();

  /** Keeps what is registered. */
  private final class TestingMetrics extends UnregisteredMetricsGroup {
    @Override
    public MetricGroup addGroup(String key, String value) {
      assertThat(key + "=" + value).isEqualTo("table=silver/trades");
      return this;
    }

    @Override
    public Counter counter(String name) {
      Counter counter = super.counter(name);
      registered.put(name, counter);
      return counter;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      registered.put(name, gauge);
      return gauge;
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
      registered.put(name, histogram);
      return histogram;
    }
  }

  private CommitMetrics metrics() {
    return new CommitMetrics(Metering.of("silver/trades"), new TestingMetrics(), clock);
  }

  private Object gauge(String name) {
    return ((Gauge<?>) registered.get(name)).getValue();
  }

  private long counter(String name) {
    return ((Counter) registered.get(name)).getCount();
  }

  @Test
  void theyTellWhatTheTableIsLike() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("t"), TYPE);
    TableLayout layout = TestingLayout.compacted(TYPE, List.of(), 1 << 20, null);
    CommitMetrics metrics = metrics();
    assertThat(gauge("delta_files_active")).isEqualTo(-1);
    TableHead head =
        new TableHead(TestingStorage.of(table.path), layout, metrics::hookFailed).createIfAbsent();
    try (CompactedTable compacted = compacted(head, metrics, System::nanoTime)) {
      DeltaCommitter committer =
          new DeltaCommitter(TestingStorage.address(table.path), compacted, metrics, Duration.ZERO);
      for (int checkpoint = 1; checkpoint <= 7; checkpoint++) {
        commit(table, committer, checkpoint);
      }
      assertThat(gauge("delta_files_active")).isEqualTo(7);
      assertThat(gauge("delta_small_files")).isEqualTo(7);
      assertThat(gauge("table_last_commit_version")).isEqualTo(7L);
      commit(table, committer, 8);
      compacted.await();
      commit(table, committer, 9);
    }
    assertThat(gauge("delta_files_active")).isEqualTo(2);
    assertThat(gauge("table_last_commit_version")).isEqualTo(10L);
    assertThat(counter("commits")).isEqualTo(9);
    assertThat(counter("compactions_total")).isEqualTo(1);
    assertThat(counter("rowsCommitted")).isEqualTo(18);
    assertThat(counter("filesCommitted")).isEqualTo(9);
    assertThat(((Histogram) registered.get("commit_duration_ms")).getCount()).isEqualTo(9);
  }

  private static CompactedTable compacted(
      TableHead head, CommitMetrics metrics, LongSupplier nanos) {
    LiveFiles live = LiveFiles.of(head);
    return new CompactedTable(head, live, new AppendTable(head, live), metrics, nanos);
  }

  private static void commit(TestingTable table, DeltaCommitter committer, int checkpoint)
      throws Exception {
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(GenericRowData.of((long) checkpoint), null);
      writer.write(GenericRowData.of((long) -checkpoint), null);
      DeltaWriteResult written = writer.prepareCommit().iterator().next();
      committer.commit(
          List.of(
              new TestingCommitRequest(
                  table.committable(
                      "once", checkpoint, checkpoint == 1 ? -1 : checkpoint - 1, written),
                  0)));
    }
  }

  @Test
  void aCompactionThatWaitedTooLongForACommitIsDropped() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("t"), TYPE);
    TableLayout layout = TestingLayout.compacted(TYPE, List.of(), 1 << 20, null);
    CommitMetrics metrics = metrics();
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    TableHead head =
        new TableHead(TestingStorage.of(table.path), layout, metrics::hookFailed).createIfAbsent();
    try (CompactedTable compacted = compacted(head, metrics, nanos::get)) {
      DeltaCommitter committer =
          new DeltaCommitter(TestingStorage.address(table.path), compacted, metrics, Duration.ZERO);
      for (int checkpoint = 1; checkpoint <= 8; checkpoint++) {
        commit(table, committer, checkpoint);
      }
      awaitWritten(compacted);
      nanos.addAndGet(CompactedTable.MAX_WAIT.toNanos() + 1);
      commit(table, committer, 9);
      assertThat(counter("compactionsDropped")).isEqualTo(1);
      assertThat(gauge("delta_files_active")).isEqualTo(9);

      awaitWritten(compacted);
      nanos.addAndGet(CompactedTable.MAX_WAIT.toNanos());
      commit(table, committer, 10);
      assertThat(counter("compactionsDropped")).isEqualTo(1);
      assertThat(counter("compactions_total")).isEqualTo(1);
      assertThat(table.rows()).hasSize(20);
    }
  }

  private static void awaitWritten(CompactedTable table) {
    while (table.isCompacting()) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  @Test
  void filesAreCountedWithoutCompaction() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("t"), TYPE);
    table.append(GenericRowData.of(1L));
    CommitMetrics metrics = metrics();
    DeltaCommitter committer =
        new DeltaCommitter(
            TestingStorage.address(table.path), table.open(), metrics, Duration.ZERO);
    assertThat(gauge("delta_files_active")).isEqualTo(-1);
    commit(table, committer, 1);
    commit(table, committer, 2);
    assertThat(gauge("delta_files_active")).isEqualTo(3);
    assertThat(gauge("delta_small_files")).isEqualTo(3);

    for (int other = 0; other < FileCounter.INTERVAL; other++) {
      table.append(GenericRowData.of(1L));
    }
    commit(table, committer, 3);
    assertThat(gauge("delta_files_active")).isEqualTo(14);
    DeltaMaintenance.optimize(TestingStorage.address(table.path), 1 << 20, false);
    commit(table, committer, 4);
    assertThat(gauge("delta_files_active")).as("others are looked at now and then").isEqualTo(15);
    for (int checkpoint = 5; checkpoint <= 5 + FileCounter.INTERVAL; checkpoint++) {
      commit(table, committer, checkpoint);
    }
    assertThat(gauge("delta_files_active"))
        .isEqualTo(Math.toIntExact(DeltaTables.detail(TestingStorage.address(table.path)).files()));
  }

  @Test
  void filesOfAnUpsertAreCountedWithoutCompaction() throws Exception {
    Path path = directory.resolve("t");
    TableLayout layout =
        TestingLayout.upsert(TYPE, List.of(), 1 << 20, new UpsertKey(List.of("id"), "id"));
    CommitMetrics metrics = metrics();
    TestingTable table = new TestingTable(path, layout);
    try (DeltaCommitter committer =
            new DeltaCommitter(TestingStorage.address(path), table.open(), metrics, Duration.ZERO);
        DeltaWriter writer = table.writer(0)) {
      writer.write(GenericRowData.of(1L), null);
      DeltaWriteResult written = writer.prepareCommit().iterator().next();
      committer.commit(
          List.of(
              new TestingCommitRequest(
                  TestingCommittables.upsert(
                      TestingTable.SINK,
                      TestingStorage.address(path),
                      "a",
                      1,
                      -1,
                      written.files(),
                      Map.of(),
                      Retractions.NONE,
                      Lineage.NONE),
                  0)));
    }
    assertThat(gauge("delta_files_active")).isEqualTo(1);
  }
}
