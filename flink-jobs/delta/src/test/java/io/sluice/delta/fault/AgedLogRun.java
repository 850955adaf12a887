package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.ObservedFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs an {@link AgedLogProcess}. */
public final class AgedLogRun {

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private AgedLogRun() {}

  /** What it says. */
  public static String of(Path directory, int commits) throws Exception {
    List<String> options =
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-Djava.nio.file.spi.DefaultFileSystemProvider=" + ObservedFiles.class.getName());
    try (ChildProcess process =
        ChildProcess.start(
            options, AgedLogProcess.class, directory.toString(), Integer.toString(commits))) {
      assertThat(process.exitCode(LONGEST)).as(process::output).isZero();
      process.waits(Duration.ofSeconds(10));
      return process.output();
    }
  }
}
