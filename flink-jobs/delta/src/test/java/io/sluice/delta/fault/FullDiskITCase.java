package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.ObservedFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk is full at some byte of every kind of file, and at every step of making one: the table
 * holds what was committed, and the sink goes on when there is room again.
 */
class FullDiskITCase {

  private static final Duration LONGEST_RUN = Duration.ofMinutes(10);
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Djava.nio.file.spi.DefaultFileSystemProvider=" + ObservedFiles.class.getName());

  @TempDir Path directory;

  @Test
  void anUpsertHoldsWhatItCommitted() throws Exception {
    run("upsert", List.of("5"));
  }

  @Test
  void anAppendHoldsWhatItCommitted() throws Exception {
    run("append", List.of());
  }

  @Tag("faults")
  @Test
  void anUpsertHoldsWhatItCommittedAtManyBytes() throws Exception {
    run(
        "upsert",
        IntStream.iterate(2, n -> n < 20_000, n -> n * 3 / 2).mapToObj(n -> "" + n).toList());
  }

  private void run(String mode, List<String> rooms) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(directory.toString(), mode));
    arguments.addAll(rooms);
    try (ChildProcess process =
        ChildProcess.start(OPTIONS, FullDiskProcess.class, arguments.toArray(String[]::new))) {
      assertThat(process.exitCode(LONGEST_RUN)).as("exit code of: %s", process.output()).isZero();
      assertThat(process.output())
          .contains("data file", "log entry", "log checkpoint", "checksum", "last checkpoint");
      if (mode.equals("upsert")) {
        assertThat(process.output()).contains("deletion vector", "moves");
      }
    }
  }
}
