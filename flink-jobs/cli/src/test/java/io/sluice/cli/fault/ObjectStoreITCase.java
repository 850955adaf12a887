package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.SandboxHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped pipeline in a home whose tables and state are objects, and the store is killed. A
 * Prometheus sees what becomes of it; {@link AlertsITCase} tries all alerts.
 */
class ObjectStoreITCase {
  @TempDir private static Path folder;
  private static final Duration WITHIN = Duration.ofMinutes(2);
  private static final String VIEW =
      "  trades_by_book:\n    {from: trades, key: [book], running: true, aggregate: {trades: count()}, sinks: [redis]}\n";

  private static SandboxHome home;
  private static FaultStack stack;

  @BeforeAll
  static void start() throws IOException {
    home = new SandboxHome(folder.resolve("home"));
    stack = FaultStack.startOnBucket(home.root());
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void nothingIsLostOrRepeatedWhateverDies() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 21);
        AlertWatch alerts = AlertWatch.of(stack, folder.resolve("prometheus"))) {
      run.reachTheMiddle();
      long before = run.lastCheckpoint();
      stack.killAndAwait(Component.S3);
      run.awaitCheckpoint(before + 2);

      before = run.lastCheckpoint();
      stack.killAndAwait(Component.TASKMANAGER);
      run.awaitCheckpoint(before + 2);

      before = run.lastCheckpoint();
      alerts.requireQuiet("SluiceJobNotRunning");
      stack.killAndAwait(Component.JOBMANAGER);
      run.awaitCheckpoint(before + 2);
      alerts.requireFired("SluiceJobNotRunning");

      Path edited = stack.edited("edited.yaml", Map.of("# Names only:", VIEW + "# Names only:"));
      run.change(() -> stack.upgrade(edited, WITHIN, () -> false));
      run.requireExactlyOnce();
      assertThat(stack.hashes("trades_by_book")).as("of the last quarter").isPositive();
    }
    assertThat(home.lake()).doesNotExist();
    assertThat(home.savepoints()).doesNotExist();
    try (Stream<Path> files = Files.walk(home.bucket())) {
      assertThat(files.map(Path::toString))
          .anyMatch(file -> file.endsWith("/lake/ledger/market-risk/_delta_log"))
          .anyMatch(file -> file.contains("/flink/savepoints/market-risk/"));
    }
  }
}
