package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.log.TableVersion;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.testkit.fault.Fault;
import io.sluice.testkit.fault.FaultyS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final Duration LONGEST_RUN = Duration.ofSeconds(400);

  @TempDir Path directory;

  @Tag("disk")
  @Test
  void everyCommitOfEveryProcessIsAVersionOfItsOwn() throws Exception {
    race(Map.of(), 500);
  }

  @Tag("s3")
  @Test
  void everyCommitThroughABadNetworkIsAVersionOfItsOwn() throws Exception {
    raceThroughABadNetwork(50);
  }

  @Tag("s3")
  @Tag("faults")
  @Test
  void everyOneOfManyCommitsThroughABadNetworkIsAVersionOfItsOwn() throws Exception {
    raceThroughABadNetwork(500);
  }

  /** With replies lost, connections cut, and refusals of requests that were done or not. */
  private void raceThroughABadNetwork(int commits) throws Exception {
    Fault[] faults =
        Stream.of(Fault.values()).filter(fault -> fault != Fault.HANG).toArray(Fault[]::new);
    try (FaultyS3 proxy = TestingStorage.proxy()) {
      proxy.strikeByChance(11, 0.05, faults);
      race(TestingStorage.environment(proxy), commits);
      assertThat(proxy.struck()).containsKeys(faults);
    }
  }

  private void race(Map<String, String> environment, int commits) throws Exception {
    Path table = directory.resolve("table");
    List<ChildProcess> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(start(environment, table, "process" + i, commits));
      }
      for (ChildProcess process : processes) {
        assertThat(process.exitCode(LONGEST_RUN)).as(process::output).isZero();
      }
    } finally {
      IOUtils.closeAll(processes);
    }
    check(table, commits);
  }

  private static void check(Path table, int commits) throws IOException {
    List<TableVersion> history = DeltaTables.history(TestingStorage.address(table), 10_000);
    assertThat(history)
        .extracting(TableVersion::version)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(0, (long) PROCESSES * commits).boxed().toList());
    for (int i = 0; i < PROCESSES; i++) {
      String name = "process" + i;
      assertThat(history)
          .filteredOn(version -> name.equals(version.parameters().get("incarnation")))
          .extracting(version -> Integer.parseInt(version.parameters().get("checkpointId")))
          .hasSize(commits)
          .isSortedAccordingTo((left, right) -> right - left);
    }
    assertThat(DeltaTables.detail(TestingStorage.address(table)).files())
        .isEqualTo(PROCESSES * commits);
    assertThat(temporaryFiles(table)).isEmpty();
  }

  private static ChildProcess start(
      Map<String, String> environment, Path table, String name, int commits) throws IOException {
    return ChildProcess.start(
        environment,
        List.of(),
        AppendingProcess.class,
        table.toString(),
        name,
        Integer.toString(commits));
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
