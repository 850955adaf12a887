package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.sink.DeltaSinkITCase;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.SinkJob;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The upsert in a job: failures, rescales, rewinds and starts without state leave the same rows.
 */
@Tag("storage")
class UpsertSinkITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  @BeforeEach
  void noFailure() {
    SinkJob.FAIL_AFTER.set(0);
  }

  private SinkJob job() {
    SinkJob job = new SinkJob(directory);
    job.upsert = true;
    job.buckets = 1000;
    job.perCheckpoint = 1000;
    return job;
  }

  @Test
  void aFailureInTheMiddleLeavesTheNewestRows() throws Exception {
    SinkJob job = job();
    SinkJob.FAIL_AFTER.set(4);

    job.graph().execute();

    assertThat(SinkJob.FAIL_AFTER).hasValue(0);
    assertThat(job.ids()).isEqualTo(job.newest());
  }

  @Test
  void aRescaleWithACommitPendingLeavesTheNewestRows() throws Exception {
    SinkJob job = job();
    JobClient running = job.graph().executeAsync();
    DeltaSinkITCase.awaitVersion(job, 5);
    DeltaSinkITCase.cancel(running);
    List<Path> checkpoints = job.checkpoints();
    Path last = checkpoints.get(checkpoints.size() - 1);
    DeltaSinkITCase.forgetFrom(job, DeltaSinkITCase.id(last));

    job.restoreFrom = last.toUri().toString();
    job.parallelism = 3;
    job.graph().execute();

    assertThat(job.ids()).isEqualTo(job.newest());
    assertThat(DeltaSinkITCase.incarnations(job)).hasSize(1);
  }

  /** Incremental checkpoints; a failure, then a rescale from one of them. */
  @Test
  void anIndexInRocksDbLeavesTheNewestRows() throws Exception {
    SinkJob job = job();
    job.rocksDb = true;
    SinkJob.FAIL_AFTER.set(3);
    JobClient running = job.graph().executeAsync();
    DeltaSinkITCase.awaitVersion(job, 6);
    DeltaSinkITCase.cancel(running);
    assertThat(SinkJob.FAIL_AFTER).hasValue(0);
    List<Path> checkpoints = job.checkpoints();

    job.restoreFrom = checkpoints.get(checkpoints.size() - 1).toUri().toString();
    job.parallelism = 3;
    job.graph().execute();

    assertThat(job.ids()).isEqualTo(job.newest());
    assertThat(DeltaSinkITCase.incarnations(job)).hasSize(1);
    assertThat(job.sharedStateFiles()).as("files of RocksDB").isPositive();
  }

  @Test
  void restoringAnOlderSavepointLeavesTheNewestRows() throws Exception {
    restoreAnOlderSavepoint(false);
  }

  @Test
  void restoringAnOlderSavepointBehindAFenceLeavesTheNewestRows() throws Exception {
    restoreAnOlderSavepoint(true);
  }

  private void restoreAnOlderSavepoint(boolean fenced) throws Exception {
    SinkJob job = job();
    job.fenced = fenced;
    JobClient running = job.graph().executeAsync();
    DeltaSinkITCase.awaitVersion(job, 2);
    String savepoint =
        running
            .triggerSavepoint(
                directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
            .get();
    DeltaSinkITCase.awaitVersion(job, DeltaTables.latestVersion(job.table) + 4);
    DeltaSinkITCase.cancel(running);

    job.restoreFrom = savepoint;
    job.parallelism = 1;
    job.graph().execute();

    assertThat(job.ids()).isEqualTo(job.newest());
    assertThat(DeltaSinkITCase.incarnations(job)).hasSize(2);
  }

  /** The savepoint knows rows by places that are not there any more. */
  @Test
  void aSavepointFromBeforeACompactionLeavesTheNewestRows() throws Exception {
    SinkJob job = job();
    job.buckets = 5_000;
    job.perCheckpoint = 500;
    JobClient running = job.graph().executeAsync();
    DeltaSinkITCase.awaitVersion(job, 4);
    String savepoint =
        running
            .stopWithSavepoint(
                false, directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
            .get();
    long before = DeltaTables.latestVersion(job.table);
    assertThat(DeltaMaintenance.optimize(job.table, 1 << 20, false).filesRemoved()).isPositive();

    job.restoreFrom = savepoint;
    job.parallelism = 3;
    job.graph().execute();

    assertThat(job.ids()).isEqualTo(job.newest());
    assertThat(DeltaSinkITCase.incarnations(job)).hasSize(1);
    assertThat(DeltaTables.history(job.table, 1000))
        .as("compactions, one by hand and others in the background")
        .filteredOn(version -> version.version() > before)
        .filteredOn(version -> version.operation().equals("OPTIMIZE"))
        .hasSizeGreaterThan(1);
  }

  @Test
  void aStartWithoutStateLeavesTheNewestRows() throws Exception {
    SinkJob job = job();
    job.fenced = true;
    JobClient running = job.graph().executeAsync();
    DeltaSinkITCase.awaitVersion(job, 6);
    DeltaSinkITCase.cancel(running);

    job.graph().execute();

    assertThat(job.ids()).isEqualTo(job.newest());
  }

  @Test
  void aBatchJobOntoATableWithRowsLeavesTheNewestRows() throws Exception {
    SinkJob job = job();
    job.rows = 4_000;
    job.graph().execute();
    assertThat(job.ids()).isEqualTo(job.newest());

    job.rows = 6_000;
    job.perCheckpoint = 100_000;
    StreamExecutionEnvironment batch = job.graph();
    batch.setRuntimeMode(RuntimeExecutionMode.BATCH);
    batch.execute();
    assertThat(job.ids()).isEqualTo(job.newest());
  }
}
