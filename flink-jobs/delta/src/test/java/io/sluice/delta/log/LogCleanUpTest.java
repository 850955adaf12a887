package io.sluice.delta.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.storage.LocalStorage;
import io.sluice.delta.storage.TableFileIO;
import io.sluice.delta.testing.AgedLog;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log entries that nobody may need any more go when a log checkpoint is written. */
@Tag("storage")
class LogCleanUpTest {

  @TempDir Path directory;

  @Test
  @Tag("disk")
  void entriesOlderThanTheRetentionGoAndTheTableStays() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.compacting(path, null)) {
      commits(upsert, 0, 25);
      makeOld(path, Duration.ofDays(31));
      commits(upsert, 25, 45);

      assertThat(entries(path)).as("from the last old log checkpoint on").first().isNotEqualTo(0L);
      assertThat(versions(path, "crc"))
          .as("checksums go with their versions")
          .isNotEmpty()
          .isSubsetOf(entries(path));
      assertThat(upsert.content()).hasSize(45);
    }
    try (TestingUpsert again = TestingUpsert.compacting(path, null)) {
      commits(again, 45, 46);
      assertThat(again.content()).hasSize(46);
    }
  }

  @Test
  @Tag("disk")
  void youngerOnesStay() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      commits(upsert, 0, 25);
      makeOld(path, Duration.ofDays(29));
      commits(upsert, 25, 45);
      assertThat(entries(path))
          .containsExactlyElementsOf(IntStream.rangeClosed(0, 45).mapToObj(i -> (long) i).toList());
      assertThat(versions(path, "crc")).as("so do their checksums").contains(1L, 45L);
    }
  }

  /** A table that was not cleaned up for long does not hold up a commit. */
  @Test
  @Tag("disk")
  void manyOldOnesGoInPieces() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      commits(upsert, 0, 12);
    }
    AgedLog.age(path, 500);
    makeOld(path, Duration.ofDays(31));
    List<Long> first = new ArrayList<>();
    TestingTable table = new TestingTable(path, TestingUpsert.TYPE);
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      for (int checkpoint = 0; checkpoint < 5; checkpoint++) {
        commits(upsert, 100, 110);
        first.add(entries(path).get(0));
      }
    }

    assertThat(first).containsExactly(0L, 0L, 200L, 400L, 510L);
    assertThat(versions(path, "crc").get(0)).isEqualTo(510);
    assertThat(table.rows()).hasSize(22);
  }

  /** There are as many as versions, and nobody asks for more than their names. */
  @Test
  void checksumsAreListedWithoutALookAtThem() throws Exception {
    Path log = Files.createDirectory(directory.resolve("_delta_log"));
    Files.writeString(log.resolve("00000000000000000001.crc"), "checksum");
    Files.writeString(log.resolve("00000000000000000001.json"), "version");

    List<FileStatus> found;
    try (CloseableIterator<FileStatus> listed =
        new TableFileIO(LocalStorage.of(directory)).listFrom(log + "/0")) {
      found = listed.toInMemoryList();
    }
    assertThat(found)
        .extracting(FileStatus::getPath)
        .containsExactly(
            "file:" + log + "/00000000000000000001.crc",
            "file:" + log + "/00000000000000000001.json");
    assertThat(found).extracting(FileStatus::getSize).containsExactly(0L, 7L);
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
    return versions(table, "json");
  }

  private static List<Long> versions(Path table, String kind) throws IOException {
    try (Stream<Path> files = Files.list(table.resolve("_delta_log"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d{20}\\." + kind))
          .map(name -> Long.parseLong(name.substring(0, 20)))
          .sorted()
          .toList();
    }
  }
}
