package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log entries that nobody may need any more go when a log checkpoint is written. */
class LogCleanUpTest {

  @TempDir Path directory;

  @Test
  void entriesOlderThanTheRetentionGoAndTheTableStays() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.compacting(path, null)) {
      commits(upsert, 0, 25);
      makeOld(path, Duration.ofDays(31));
      commits(upsert, 25, 45);

      assertThat(entries(path)).as("from the last old log checkpoint on").first().isNotEqualTo(0L);
      assertThat(upsert.content()).hasSize(45);
    }
    try (TestingUpsert again = TestingUpsert.compacting(path, null)) {
      commits(again, 45, 46);
      assertThat(again.content()).hasSize(46);
    }
  }

  @Test
  void youngerOnesStay() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      commits(upsert, 0, 25);
      makeOld(path, Duration.ofDays(29));
      commits(upsert, 25, 45);
      assertThat(entries(path))
          .containsExactlyElementsOf(IntStream.rangeClosed(0, 45).mapToObj(i -> (long) i).toList());
    }
  }

  private static void commits(TestingUpsert upsert, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      upsert.put("k" + i, 1, i);
      upsert.commit();
    }
  }

  private static void makeOld(Path table, Duration age) throws IOException {
    FileTime time = FileTime.from(Instant.now().minus(age));
    try (Stream<Path> files = Files.list(table.resolve("_delta_log"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  private static List<Long> entries(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table.resolve("_delta_log"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d{20}\\.json"))
          .map(name -> Long.parseLong(name.substring(0, 20)))
          .sorted()
          .toList();
    }
  }
}
