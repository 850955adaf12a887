package io.sluice.delta.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.log.TableVersion;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.SinkJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("storage")
public class DeltaSinkITCase {

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

  @Test
  void aFailureInTheMiddleLeavesEveryRowOnce() throws Exception {
    SinkJob job = new SinkJob(directory);
    SinkJob.FAIL_AFTER.set(4);

    job.graph().execute();

    assertThat(SinkJob.FAIL_AFTER).hasValue(0);
    assertThat(job.ids()).isEqualTo(numbers(job.rows));
    assertThat(DeltaTables.history(job.table, 100))
        .filteredOn(version -> version.version() > 0)
        .allSatisfy(version -> assertThat(version.filesAdded()).isPositive())
        .hasSizeGreaterThan(4);
  }

  @Test
  void restoringAnOlderCheckpointLeavesEveryRowOnce() throws Exception {
    SinkJob job = new SinkJob(directory);
    job.fenced = true;
    job.perCheckpoint = 500;
    JobClient running = job.graph().executeAsync();
    awaitVersion(job, 2);
    String savepoint =
        running
            .triggerSavepoint(
                directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
            .get();
    awaitVersion(job, DeltaTables.latestVersion(job.table) + 4);
    cancel(running);
    long before = DeltaTables.latestVersion(job.table);

    // Checkpoints after the savepoint are in the table; their ids come again.
    job.restoreFrom = savepoint;
    job.graph().execute();

    assertThat(job.ids()).isEqualTo(numbers(job.rows));
    assertThat(incarnations(job)).hasSize(2);
    assertThat(DeltaTables.latestVersion(job.table)).isGreaterThan(before);
  }

  @Test
  void startingWithoutStateOntoAnExistingTableLeavesEveryRowOnce() throws Exception {
    SinkJob job = new SinkJob(directory);
    job.fenced = true;
    job.perCheckpoint = 500;
    runUntilVersion(job, 6);

    job.graph().execute();

    assertThat(job.ids()).isEqualTo(numbers(job.rows));
    assertThat(incarnations(job)).hasSize(2);
  }

  @Test
  void aCommitPendingAtARescaleIsMadeUpFor() throws Exception {
    SinkJob job = new SinkJob(directory);
    job.perCheckpoint = 500;
    runUntilVersion(job, 6);
    List<Path> checkpoints = job.checkpoints();
    Path last = checkpoints.get(checkpoints.size() - 1);
    // As if the job had died between the checkpoint's completion and the commit.
    forgetFrom(job, id(last));

    job.restoreFrom = last.toUri().toString();
    job.parallelism = 3;
    job.graph().execute();

    assertThat(job.ids()).isEqualTo(numbers(job.rows));
    assertThat(incarnations(job)).hasSize(1);
  }

  public static long id(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  private static void runUntilVersion(SinkJob job, long version) throws Exception {
    JobClient running = job.graph().executeAsync();
    awaitVersion(job, version);
    cancel(running);
  }

  public static void awaitVersion(SinkJob job, long version) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> DeltaTables.exists(job.table) && DeltaTables.latestVersion(job.table) >= version);
  }

  public static void cancel(JobClient running) throws Exception {
    running.cancel().get();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> running.getJobStatus().get().isGloballyTerminalState());
  }

  /** Takes the versions from a checkpoint on out of the log; their data files stay. */
  public static void forgetFrom(SinkJob job, long checkpointId) throws Exception {
    List<TableVersion> versions = DeltaTables.history(job.table, 1000);
    long first =
        versions.stream()
            .filter(version -> version.parameters().containsKey("checkpointId"))
            .filter(v -> Long.parseLong(v.parameters().get("checkpointId")) >= checkpointId)
            .mapToLong(TableVersion::version)
            .min()
            .orElse(Long.MAX_VALUE);
    for (TableVersion version : versions) {
      if (version.version() >= first) {
        Path log = job.folder.resolve("_delta_log");
        String name = String.format("%020d", version.version());
        for (String suffix : List.of(".json", ".crc", ".checkpoint.parquet")) {
          Files.deleteIfExists(log.resolve(name + suffix));
        }
        Files.deleteIfExists(log.resolve("_last_checkpoint"));
      }
    }
  }

  public static Set<String> incarnations(SinkJob job) throws Exception {
    return DeltaTables.history(job.table, 1000).stream()
        .map(version -> version.parameters().get("incarnation"))
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  static List<Long> numbers(long count) {
    return LongStream.range(0, count).boxed().toList();
  }
}
