package io.sluice.delta.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.sink.DeltaSinkITCase;
import io.sluice.delta.storage.OpenRead;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.SinkJob;
import io.sluice.delta.testing.SourceJob;
import io.sluice.delta.testing.TestingFile;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The source in jobs that fail, stop and start again. */
@Tag("storage")
class DeltaSourceITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static final int ROWS_PER_FILE = 6000;

  @TempDir Path directory;

  private TestingTable table;
  private TestingLog log;
  private SourceJob job;

  @BeforeEach
  void create() throws Exception {
    SourceJob.FAIL_AFTER.set(0);
    SourceJob.SEEN.set(0);
    SourceJob.beforeFailure = () -> {};
    table = new TestingTable(directory.resolve("t"), SinkJob.TYPE, "bucket");
    table.open();
    log = new TestingLog(table.path);
    job = new SourceJob(directory);
  }

  /** A file of row groups of 500 rows with the ids from a number on. */
  private String file(long firstId, int bucket) throws Exception {
    List<GenericRowData> rows =
        LongStream.range(firstId, firstId + ROWS_PER_FILE)
            .mapToObj(id -> GenericRowData.of(id, bucket))
            .toList();
    return TestingFile.write(
        table.path,
        "from-" + firstId + ".parquet",
        SinkJob.TYPE,
        Map.of("bucket", Integer.toString(bucket)),
        rows,
        500);
  }

  /** A month passes by the clock of this machine; a bucket has a clock of its own. */
  @Tag("disk")
  @Test
  void aBoundedReadThatFailsInTheMiddleShowsEveryRowOnce() throws Exception {
    log.commit(file(0, 0), file(10_000, 1), file(20_000, 0));
    log.allowDeletionVectors();
    log.delete("from-0.parquet", 0, 499, 500, 5999);
    log.delete("from-20000.parquet", 1234);
    DeltaSource source =
        DeltaSource.snapshot(TestingStorage.address(table.path)).splitSize(5_000).build();
    SourceJob.FAIL_AFTER.set(3);
    // A restart that looked for the latest version anew would read this file too.
    AtomicReference<VacuumResult> vacuum = new AtomicReference<>();
    SourceJob.beforeFailure =
        () -> {
          append(90_000);
          vacuum.set(optimizeAndVacuumAMonthLater());
        };

    job.graph(source).execute();

    assertThat(vacuum.get().files()).isEmpty();
    assertThat(vacuum.get().openReads()).extracting(OpenRead::version).containsExactly(4L);
    Awaitility.await().until(() -> new OpenReads(TestingStorage.of(table.path)).all().isEmpty());
    assertThat(SourceJob.FAIL_AFTER).hasValue(0);
    assertThat(SourceJob.SEEN).hasValueLessThan(3 * ROWS_PER_FILE - 5);
    assertCopied(
        LongStream.range(0, 30_000)
            .filter(id -> id % 10_000 < ROWS_PER_FILE)
            .filter(id -> !List.of(0L, 499L, 500L, 5999L, 21_234L).contains(id)));
  }

  /** While the source is there still. */
  private VacuumResult optimizeAndVacuumAMonthLater() {
    try {
      assertThat(
              DeltaMaintenance.optimize(TestingStorage.address(table.path), 1 << 30, false)
                  .version())
          .isPresent();
      Instant later = Instant.now().plus(Duration.ofDays(30));
      OpenReads reads = new OpenReads(TestingStorage.of(table.path));
      OpenRead open = reads.all().get(0);
      reads.write(new OpenRead(open.id(), open.version(), later));
      return new Vacuum(
              TestingStorage.of(table.path), Duration.ofDays(7), Clock.fixed(later, ZoneOffset.UTC))
          .run(true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(long... ids) {
    try {
      table.append(
          LongStream.of(ids)
              .mapToObj(id -> (RowData) GenericRowData.of(id, (int) id % 3))
              .toArray(RowData[]::new));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void append(long from, long to) {
    append(LongStream.range(from, to).toArray());
  }

  private DeltaSource appends() throws Exception {
    return DeltaSource.appends(TestingStorage.address(table.path))
        .fromVersion(0)
        .pollInterval(Duration.ofMillis(20))
        .build();
  }

  /** Each of these once. Says first which are not: of two long lists one is shown the ends only. */
  private void assertCopied(LongStream expected) throws Exception {
    List<Long> wanted = expected.boxed().toList();
    List<Long> copied = job.ids();
    Set<Long> seen = new HashSet<>();
    assertThat(copied.stream().filter(id -> !seen.add(id))).as("copied twice").isEmpty();
    assertThat(wanted.stream().filter(id -> !seen.contains(id))).as("not copied").isEmpty();
    assertThat(copied).isEqualTo(wanted);
  }

  private void awaitCopied(long rows) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> DeltaTables.exists(job.copy) && job.ids().size() >= rows);
  }

  @Test
  void appendsAreShownOnceAcrossAFailureAndASavepoint() throws Exception {
    log.commit(file(0, 0));
    SourceJob.FAIL_AFTER.set(3);
    JobClient first = job.graph(appends()).executeAsync();
    for (int commit = 0; commit < 10; commit++) {
      append(10_000 + 100 * commit, 10_100 + 100 * commit);
    }
    awaitCopied(ROWS_PER_FILE + 500);
    assertThat(SourceJob.FAIL_AFTER).hasValue(0);
    job.restoreFrom =
        first
            .stopWithSavepoint(
                false, directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
            .get();
    append(20_000, 20_100);

    job.parallelism = 3;
    JobClient second = job.graph(appends()).executeAsync();
    append(20_100, 20_200);
    awaitCopied(ROWS_PER_FILE + 1200);
    DeltaSinkITCase.cancel(second);

    assertCopied(
        LongStream.concat(
            LongStream.range(0, ROWS_PER_FILE),
            LongStream.concat(LongStream.range(10_000, 11_000), LongStream.range(20_000, 20_200))));
  }

  @Test
  void aChangeOfRowsEndsTheJobAtOnceAndSaysWhy() throws Exception {
    append(0, 10);
    log.allowDeletionVectors();
    JobClient running = job.graph(appends()).executeAsync();
    awaitCopied(10);

    log.delete(log.live().keySet().iterator().next(), 0);

    assertThatThrownBy(() -> running.getJobExecutionResult().get())
        .satisfies(
            failure ->
                assertThat(
                        ExceptionUtils.findThrowable(failure, RefusedTableException.class)
                            .orElseThrow())
                    .hasMessageContainingAll(
                        TestingStorage.address(table.path), "Version 3", "snapshot"));
  }

  @Test
  void theSourceAndTheSinkOfUpsertsFit() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(directory.resolve("upserts"), "day")) {
      for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
        for (int key = 0; key < 50; key += checkpoint) {
          upsert.put("k" + key, "d" + key % 2, checkpoint, 100L * checkpoint + key);
        }
        upsert.delete("k" + checkpoint, "d" + checkpoint % 2, checkpoint);
        upsert.checkpoint();
      }
      DeltaSource source =
          DeltaSource.snapshot(TestingStorage.address(directory.resolve("upserts")))
              .splitSize(1000)
              .build();

      job.graph(source).execute();

      assertThat(
              DeltaTables.rows(job.copy, OptionalLong.empty(), List.of(), -1)
                  .collect(
                      Collectors.toMap(
                          row -> row.get("id") + "/" + row.get("day"), row -> row.get("amount"))))
          .isEqualTo(upsert.content());
    }
  }
}
