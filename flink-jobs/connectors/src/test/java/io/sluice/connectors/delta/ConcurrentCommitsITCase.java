package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several processes create and write one table at once: no version is lost, none is written twice.
 */
class ConcurrentCommitsITCase {

  private static final int PROCESSES = 4;
  private static final int COMMITS = 500;

  @TempDir Path directory;

  @Test
  void everyCommitOfEveryProcessIsAVersionOfItsOwn() throws Exception {
    Path table = directory.resolve("table");
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(start(table, "process" + i));
      }
      for (int i = 0; i < PROCESSES; i++) {
        assertThat(processes.get(i).waitFor(400, TimeUnit.SECONDS)).isTrue();
        assertThat(processes.get(i).exitValue())
            .as(Files.readString(directory.resolve("process" + i + ".log")))
            .isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }

    List<TableVersion> history = DeltaTables.history(table.toString(), 10_000);
    assertThat(history)
        .extracting(TableVersion::version)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(0, (long) PROCESSES * COMMITS).boxed().toList());
    for (int i = 0; i < PROCESSES; i++) {
      String name = "process" + i;
      assertThat(history)
          .filteredOn(version -> name.equals(version.parameters().get("incarnation")))
          .extracting(version -> Integer.parseInt(version.parameters().get("checkpointId")))
          .hasSize(COMMITS)
          .isSortedAccordingTo((left, right) -> right - left);
    }
    assertThat(DeltaTables.detail(table.toString()).files()).isEqualTo(PROCESSES * COMMITS);
    assertThat(temporaryFiles(table)).isEmpty();
  }

  private Process start(Path table, String name) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            AppendingProcess.class.getName(),
            table.toString(),
            name,
            Integer.toString(COMMITS))
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(directory.resolve(name + ".log").toFile()))
        .start();
  }

  private static List<String> temporaryFiles(Path table) throws IOException {
    try (Stream<Path> files = Files.walk(table)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".tmp"))
          .collect(Collectors.toList());
    }
  }
}
