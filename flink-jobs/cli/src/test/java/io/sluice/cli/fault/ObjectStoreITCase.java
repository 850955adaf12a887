package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.SandboxHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped pipeline in a home whose tables and state are objects, and the store is killed. */
class ObjectStoreITCase {
  @TempDir private static Path folder;
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
    try (FaultRun run = FaultRun.begin(stack, 21)) {
      run.reachTheMiddle();
      long before = run.lastCheckpoint();
      stack.killAndAwait(Component.S3);
      run.awaitCheckpoint(before + 2);

      before = run.lastCheckpoint();
      stack.killAndAwait(Component.TASKMANAGER);
      run.awaitCheckpoint(before + 2);

      before = run.lastCheckpoint();
      stack.killAndAwait(Component.JOBMANAGER);
      run.awaitCheckpoint(before + 2);

      String savepoint = stack.cluster().stop(run.job(), stack.savepoints(), false);
      assertThat(savepoint).startsWith("s3://sluice/flink/savepoints/market-risk/savepoint-");
      run.send(4);
      run.resubmit(Optional.of(savepoint));
      run.requireExactlyOnce();
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
