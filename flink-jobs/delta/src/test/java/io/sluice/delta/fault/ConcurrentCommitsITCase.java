package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.log.TableVersion;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.TestingStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.util.IOUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several processes create and write one table at once: no version is lost, none is written twice.
 */
@Tag("storage")
class ConcurrentCommitsITCase {

  private static final int PROCESSES = 4;
  private static final int COMMITS = 500;
  private static final Duration LONGEST_RUN = Duration.ofSeconds(400);

  @TempDir Path directory;

  @Test
  void everyCommitOfEveryProcessIsAVersionOfItsOwn() throws Exception {
    Path table = directory.resolve("table");
    List<ChildProcess> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(start(table, "process" + i));
      }
      for (ChildProcess process : processes) {
        assertThat(process.exitCode(LONGEST_RUN)).as(process::output).isZero();
      }
    } finally {
      IOUtils.closeAll(processes);
    }

    List<TableVersion> history = DeltaTables.history(TestingStorage.address(table), 10_000);
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
    assertThat(DeltaTables.detail(TestingStorage.address(table)).files())
        .isEqualTo(PROCESSES * COMMITS);
    assertThat(temporaryFiles(table)).isEmpty();
  }

  private static ChildProcess start(Path table, String name) throws IOException {
    return ChildProcess.start(
        List.of(), AppendingProcess.class, table.toString(), name, Integer.toString(COMMITS));
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
