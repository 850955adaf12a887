package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.sandbox.ha.Diary.Entry;
import io.sluice.sandbox.process.LogTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Kills and restarts a real JobManager beside a real TaskManager, with a job in full run. */
@Timeout(180)
class JobManagerRestartITCase {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Kept after a failure, for its logs. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path root;

  @Test
  void aJobGoesOnFromItsLastCheckpointUntilItEnds() throws Exception {
    Diary diary = new Diary(root.resolve("diary"));
    try (FlinkProcesses flink = new FlinkProcesses(root)) {
      Process jobManager = flink.jobManager("jm-1");
      Process taskManager = flink.taskManager("tm");
      await().atMost(PATIENCE).until(() -> flink.hasTaskManagers(1));
      JobClient job = submit(flink, diary);
      awaitCompleted(diary, 3);

      // Killed: no shutdown hook, no clean-up.
      jobManager.destroyForcibly();
      assertThat(jobManager.waitFor(20, TimeUnit.SECONDS)).isTrue();
      Process second = flink.jobManager("jm-2");
      assertGoesOn(diary, 1);

      aSecondJobManagerIsRefused(flink, second);

      // Asked to stop, as a planned stop of the cluster does: the job waits for the next start.
      second.destroy();
      assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
      flink.jobManager("jm-3");
      assertGoesOn(diary, 2);

      assertThat(taskManager.isAlive()).as("the one TaskManager all along").isTrue();
      assertThat(diary.all("fresh")).as("starts without state").hasSize(1);

      job.cancel().get(30, TimeUnit.SECONDS);
      await().atMost(PATIENCE).until(() -> job.getJobStatus().get() == JobStatus.CANCELED);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(jobFiles(flink.haDirectory())).isEmpty());
    }
  }

  @Test
  void aDamagedEntryEndsTheStartWithASentenceThatNamesIt() throws Exception {
    try (FlinkProcesses flink = new FlinkProcesses(root)) {
      Path damaged = flink.haDirectory().resolve("plans").resolve(new JobID().toHexString());
      DurableFiles.publish(damaged, new byte[] {1, 2, 3});

      Process jobManager = flink.jobManager("jm");
      assertThat(jobManager.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(jobManager.exitValue()).isEqualTo(1);
      assertThat(LogTail.of(root.resolve("jm.log"), 0))
          .startsWith("The high-availability entry " + damaged + " (3 bytes) cannot be read: ")
          .endsWith("Restore it from a copy, or move it away to go on without it.");
    }
  }

  /** Waits for the restore that makes this many, and checks what it restored. */
  private static void assertGoesOn(Diary diary, int restores) throws IOException {
    await().atMost(PATIENCE).until(() -> diary.all("restored").size() == restores);
    List<Entry> allLines = diary.all();
    int at = allLines.lastIndexOf(diary.last("restored"));
    Entry restored = allLines.get(at);
    List<Entry> before = allLines.subList(0, at);

    assertThat(restored.checkpoint()).isGreaterThanOrEqualTo(highest(before, "completed"));
    assertThat(restored.count()).isEqualTo(diary.countOf(restored.checkpoint())).isPositive();

    long highestBefore = highest(before, "snapshot");
    awaitCompleted(diary, highestBefore + 2);
    List<Entry> lines = diary.all();
    assertThat(lines.subList(at + 1, lines.size()))
        .filteredOn(entry -> entry.event().equals("snapshot"))
        .extracting(Entry::checkpoint)
        .isSorted()
        .allSatisfy(id -> assertThat(id).as("new checkpoint id").isGreaterThan(highestBefore));
  }

  private static void aSecondJobManagerIsRefused(FlinkProcesses flink, Process holder)
      throws Exception {
    Process intruder = flink.jobManagerOnOtherPorts("intruder");
    assertThat(intruder.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(intruder.exitValue()).isEqualTo(1);
    assertThat(flink.log("intruder"))
        .contains(
            "The high-availability directory %s belongs to a running JobManager (process %d)"
                .formatted(flink.haDirectory(), holder.pid()));
    assertThat(holder.isAlive()).isTrue();
  }

  private JobClient submit(FlinkProcesses flink, Diary diary) throws Exception {
    Configuration configuration =
        new Configuration()
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createRemoteEnvironment(
            "127.0.0.1", flink.restPort(), configuration, CountingJob.jar(root).toString());
    return CountingJob.start(environment, diary);
  }

  private static void awaitCompleted(Diary diary, long checkpoint) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                diary.all("completed").stream()
                    .anyMatch(entry -> entry.checkpoint() >= checkpoint));
  }

  private static long highest(List<Entry> entries, String event) {
    return entries.stream()
        .filter(entry -> entry.event().equals(event))
        .mapToLong(Entry::checkpoint)
        .max()
        .orElseThrow();
  }

  /** What is left of jobs in the high-availability directory. */
  private static List<Path> jobFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(directory::relativize)
          .filter(file -> !file.startsWith("leaders") && !file.endsWith("lock"))
          .toList();
    }
  }
}
