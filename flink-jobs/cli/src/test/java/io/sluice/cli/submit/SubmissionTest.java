package io.sluice.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.TestingPlatform;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.text.CommandFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionTest {
  private static final Path REPOSITORY = Path.of("..", "..");

  @TempDir private Path home;

  private final TestingPlatform platform = new TestingPlatform();

  @Test
  void aJobThatRestartsForEverIsCancelled() throws Exception {
    assertThatThrownBy(this::submit)
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "market-risk did not start; its job job1 (RESTARTING) is not left running: it broke");
    assertThat(platform.calls).contains("cancel job1");
    assertThat(platform.jobs.values()).noneMatch(Cluster.Job::active);
    assertThat(new SubmittedPipelines(home).list()).isEmpty();
  }

  @Test
  void aLostTaskManagerIsWaitedFor() throws Exception {
    platform.failure = "Heartbeat of TaskManager with id 127.0.0.1:1 timed out.";
    platform.asksUntilRunning = 3;
    submit();
    assertThat(platform.calls).doesNotContain("cancel job1");
    assertThat(new SubmittedPipelines(home).list()).hasSize(1);
  }

  @Test
  void whoFindsTooFewSlotsIsToldWhatToDo() {
    platform.slots = 0;
    assertThatThrownBy(this::submit)
        .hasMessageContaining("market-risk needs 1 task slot, but Flink has 0 free: no job runs")
        .hasMessageContaining("'sluice up' starts it");
    platform.jobs.put(
        "other", new Cluster.Job("other", "city", "RUNNING", Instant.EPOCH, Optional.empty()));
    assertThatThrownBy(this::submit)
        .hasMessageEndingWith("stop another pipeline: sluice stop city --savepoint.");
  }

  @Test
  void aBrokerThatAllowsTooShortTransactionsIsFoundBeforeAnythingIsMade() {
    platform.maxTransactionTimeoutMs = 600_000;
    assertThatThrownBy(this::submit)
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "Kafka transaction timeout of 790000 ms: the broker allows at most 600000 ms; raise transaction.max.timeout.ms on the broker, or lower what it is made of: the longest checkpoint interval 10000, run.checkpoint.timeout 120000, run.restartBudget 600000 and a minute");
    assertThat(platform.calls).noneMatch(call -> call.contains("topic"));
    assertThat(platform.jobs).isEmpty();
  }

  /** A job that does not start at once, and may not fail by itself for a moment. */
  private void submit() throws Exception {
    platform.startState = "RESTARTING";
    Endpoints at = platform.servers(home).endpoints().orElseThrow();
    try (Broker broker = platform.broker(at)) {
      Submission submission =
          new Submission(
              platform,
              at,
              broker,
              new SubmittedPipelines(home),
              Path.of("job.jar"),
              step -> {},
              new JobStart.Waits(Duration.ZERO, Duration.ZERO));
      submission.submit(
          REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml"),
          REPOSITORY.resolve("schemas"),
          OptionalInt.of(1),
          StartPoint.of(Optional.empty()));
    }
  }
}
