package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.TestingPlatform;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformStackTest {
  @TempDir private Path home;
  private final TestingPlatform platform = new TestingPlatform();
  private PlatformStack stack;

  @BeforeEach
  void makeStack() {
    var context = TestingCommands.context(Path.of("../..").toAbsolutePath().normalize());
    stack = new PlatformStack(platform, context, home, text -> {});
  }

  private void runs(String name) {
    platform.jobs.put(
        name, new Cluster.Job(name, name, "RUNNING", Instant.EPOCH, Optional.empty()));
  }

  @Test
  void stopsTheServersThatItStarted() throws InterruptedException {
    platform.up = false;
    stack.up();
    stack.down();
    stack.down();
    assertThat(platform.calls).containsExactly("up", "down");
  }

  @Test
  void leavesServersThatRanBeforeButNotItsJob() throws Exception {
    stack.up();
    stack.submit();
    assertThat(stack.failure()).isEmpty();
    stack.down();
    assertThat(platform.calls).doesNotContain("down").endsWith("cancel job1");
  }

  @Test
  void itsTradesAndThePipelineHaveOneSchema() throws Exception {
    stack.up();
    stack.register();
    stack.submit();
    assertThat(platform.calls)
        .filteredOn(call -> call.equals("schema market-risk.trades.v1-value"))
        .hasSize(2);
    assertThat(platform.registered).hasSize(1);
  }

  @Test
  void cancelsTheJobOfTheLastDemo() throws Exception {
    runs("market-risk");
    stack.up();
    stack.cancelEarlierJob();
    assertThat(platform.calls).containsExactly("up", "cancel market-risk");
  }

  @Test
  void refusesToRunBesideAnotherPipeline() throws InterruptedException {
    runs("trips");
    stack.up();
    assertThatThrownBy(stack::cancelEarlierJob)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("trips")
        .hasMessageContaining("--home");
  }

  @Test
  void saysWhyTheJobHasEnded() throws IOException, InterruptedException {
    stack.up();
    stack.submit();
    platform.jobs.put(
        "job1", new Cluster.Job("job1", "market-risk", "FAILED", Instant.EPOCH, Optional.empty()));
    assertThat(stack.failure()).hasValue("FAILED, it broke");
  }

  @Test
  void aServerThatCannotBeBroughtBackEndsTheDemoWithItsReason() {
    platform.up = false;
    String reason = "Redis is not started any more: it failed to start 5 times in a row.";
    DemoStack lost = new PlatformStack(platform, TestingCommands.context(home), home, text -> {});
    var console = new DemoConsole(new PrintWriter(new StringWriter()), false);
    DemoSession.Demo waiting =
        () -> {
          lost.up();
          platform.incident = Optional.of(reason);
          new CountDownLatch(1).await();
          return true;
        };
    assertThatThrownBy(() -> new DemoSession(lost, console).run(waiting, true))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(reason);
    assertThat(platform.calls).containsExactly("up", "down");
  }

  @Test
  void doesNothingWhenNothingWasStarted() {
    stack.down();
    assertThat(platform.calls).isEmpty();
  }
}
