package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to keys that the index has forgotten. */
@Tag("storage")
class ForgettingUpsertTest {

  private static final Duration RETAIN = Duration.ofHours(1);

  @TempDir Path directory;

  private final TestingUpsert.Time time = new TestingUpsert.Time();

  private Path path() {
    return directory.resolve("t");
  }

  private TestingUpsert start(TestingUpsert.Saved saved, String... partitions) throws Exception {
    return TestingUpsert.forgetting(path(), RETAIN, time, false, saved, 1, partitions);
  }

  private TestingUpsert remembering(TestingUpsert.Saved saved) throws Exception {
    return TestingUpsert.forgetting(path(), null, time, false, saved, 1);
  }

  @Test
  void aForgottenRowIsReplaced() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.put("a", 2, 11);
      upsert.put("c", 1, 30);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L, "b/d", 20L, "c/d", 30L));
    }
  }

  /** The file of the row that lost stays in the table if it holds others, and leaves it if not. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRowOlderThanTheForgottenOneLosesAndSoDoTheNextThatAreOlder(boolean others)
      throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 9, 90);
      upsert.put("b", 9, 91);
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 10);
      if (others) {
        upsert.put("c", 1, 10);
      }
      upsert.checkpoint();
      // The index believes that these replace the rows before, which the commit took away again.
      upsert.put("a", 2, 11);
      upsert.delete("b", 2);
      if (others) {
        upsert.put("e", 1, 10);
      }
      upsert.checkpoint();
      assertThat(upsert.content()).containsEntry("a/d", 90L).containsEntry("b/d", 91L);
      upsert.put("a", 3, 12);
      upsert.put("b", 3, 12);
      upsert.checkpoint();
      assertThat(upsert.content()).containsEntry("a/d", 90L).containsEntry("b/d", 91L);
      upsert.put("a", 10, 100);
      upsert.put("b", 10, 101);
      upsert.checkpoint();
      assertThat(upsert.content()).containsEntry("a/d", 100L).containsEntry("b/d", 101L);
    }
  }

  @Test
  void aForgottenRowIsDeletedByANewerDeletionOnly() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 5, 50);
      upsert.put("b", 5, 51);
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.delete("a", 6);
      upsert.delete("b", 4);
      upsert.delete("never", 4);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 51L));
      upsert.put("a", 5, 50);
      upsert.checkpoint();
      assertThat(upsert.content()).as("the deletion is remembered").isEqualTo(Map.of("b/d", 51L));
    }
  }

  @Test
  void changesOfAForgottenKeyWithinACheckpointLeaveOneRow() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 5, 50);
      upsert.put("b", 5, 51);
      upsert.put("c", 5, 52);
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.put("a", 6, 60);
      upsert.put("a", 7, 70);
      upsert.put("b", 6, 60);
      upsert.delete("b", 7);
      upsert.delete("c", 6);
      upsert.put("c", 7, 71);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 70L, "c/d", 71L));
    }
  }

  /** As after an outage: a checkpoint sees more time of arrival than the index remembers. */
  @Test
  void aCheckpointLongerThanTheRetentionLeavesOneRow() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 6, 60);
      upsert.put("b", 7, 70);
      upsert.pass(RETAIN.multipliedBy(2));
      upsert.put("a", 7, 71);
      upsert.put("b", 6, 61);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 71L, "b/d", 70L));
    }
  }

  @Test
  void aChangeIsRememberedAsLongAsARow() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      for (int version = 1; version < 10; version++) {
        upsert.put("a", version, version);
        upsert.checkpoint();
        upsert.pass(RETAIN.dividedBy(2));
      }
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 9L));
    }
  }

  @Test
  void youngFilesAndOtherPartitionsAreNotRead() throws Exception {
    try (TestingUpsert upsert = start(null, "day")) {
      upsert.put("a", "d1", 1, 10);
      upsert.checkpoint();
      List<Path> old = dataFiles();
      upsert.pass(RETAIN);
      upsert.put("b", "d2", 1, 20);
      upsert.checkpoint();
      // Whoever reads these fails.
      for (Path file : dataFiles()) {
        Files.move(file, directory.resolve(file.getFileName()));
      }
      upsert.put("c", "d2", 1, 30);
      upsert.put("b", "d2", 2, 21);
      upsert.delete("e", "d3", 2);
      upsert.checkpoint();
      for (Path file : old) {
        Files.move(directory.resolve(file.getFileName()), file);
      }
      upsert.put("a", "d1", 2, 11);
      upsert.checkpoint();
      try (Stream<Path> moved = Files.list(directory)) {
        for (Path file : moved.filter(file -> file.toString().endsWith(".parquet")).toList()) {
          Files.move(file, path().resolve("day=d2").resolve(file.getFileName()));
        }
      }
      assertThat(upsert.content()).isEqualTo(Map.of("a/d1", 11L, "b/d2", 21L, "c/d2", 30L));
    }
  }

  @Test
  void anOldFileIsReadOnceForNewKeysThatItDoesNotHold() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 1, 10);
      upsert.put("z", 1, 10);
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.put("k", 1, 10);
      upsert.checkpoint();
      Path old = dataFiles().get(0);
      Path away = directory.resolve("away.parquet");
      List<Path> all = dataFiles();
      for (Path file : all) {
        Files.move(file, directory.resolve("away-" + file.getFileName()));
      }
      for (int key = 0; key < 100; key++) {
        upsert.put("n" + key, 1, 1);
      }
      upsert.checkpoint();
      for (Path file : all) {
        Files.move(directory.resolve("away-" + file.getFileName()), file);
      }
      upsert.put("z", 2, 11);
      upsert.checkpoint();
      assertThat(upsert.content()).hasSize(103).containsEntry("z/d", 11L);
    }
  }

  private List<Path> dataFiles() throws Exception {
    try (Stream<Path> files = Files.walk(path())) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList().stream()
          .filter(file -> !file.toString().contains("_delta_log"))
          .toList();
    }
  }

  @Test
  void compactionsKeepTheAgeOfRows() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("old", 1, 1);
      upsert.checkpoint();
      upsert.pass(RETAIN.minusMinutes(10));
      for (int file = 0; file < 8; file++) {
        upsert.put("k" + file, 1, file);
        upsert.checkpoint();
      }
      upsert.awaitCompaction();
      assertThat(upsert.files()).isLessThan(9);
      assertThat(upsert.unknownFiles()).isZero();
      upsert.pass(Duration.ofMinutes(10));
      upsert.put("old", 2, 2);
      upsert.put("k1", 2, 11);
      upsert.checkpoint();
      assertThat(upsert.content()).containsEntry("old/d", 2L).containsEntry("k1/d", 11L);
    }
  }

  /** Also when its clock is behind that of the run which wrote the rows, as at a replay. */
  @Test
  void aStartWithoutStateForgetsWhatItLearnedAsWell() throws Exception {
    TestingUpsert.Time before = new TestingUpsert.Time();
    try (TestingUpsert upsert = TestingUpsert.forgetting(path(), RETAIN, before, false, null, 1)) {
      upsert.pass(RETAIN.multipliedBy(10));
      upsert.put("a", 5, 50);
      upsert.checkpoint();
    }
    try (TestingUpsert upsert = start(null)) {
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.put("a", 4, 40);
      upsert.put("b", 4, 41);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 50L, "b/d", 41L));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSavepointFromBeforeTheOptionGoesOnAndBack(boolean rocksDb) throws Exception {
    TestingUpsert.Saved saved;
    try (TestingUpsert upsert = TestingUpsert.forgetting(path(), null, time, rocksDb, null, 1)) {
      upsert.put("a", 5, 50);
      upsert.put("b", 5, 51);
      saved = upsert.checkpoint();
      upsert.pass(RETAIN.multipliedBy(3));
    }
    assertThat(sinceTags()).isZero();
    try (TestingUpsert upsert = TestingUpsert.forgetting(path(), RETAIN, time, rocksDb, saved, 2)) {
      upsert.delete("a", 6);
      upsert.put("a", 5, 0);
      upsert.put("c", 5, 52);
      upsert.checkpoint();
      assertThat(upsert.content())
          .as("entries begin to age")
          .isEqualTo(Map.of("b/d", 51L, "c/d", 52L));
      upsert.pass(RETAIN);
      upsert.put("b", 4, 0);
      upsert.put("c", 6, 62);
      saved = upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 51L, "c/d", 62L));
      upsert.pass(RETAIN);
      upsert.put("e", 1, 1);
      assertThat(upsert.entries()).as("RocksDB was compacted").isLessThanOrEqualTo(rocksDb ? 1 : 4);
      saved = upsert.checkpoint();
    }
    try (TestingUpsert upsert = TestingUpsert.forgetting(path(), null, time, rocksDb, saved, 1)) {
      // Forgotten under the option; the index does not say so any more.
      upsert.put("c", 7, 72);
      upsert.put("b", 3, 0);
      saved = upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 51L, "c/d", 72L, "e/d", 1L));
      upsert.pass(RETAIN.multipliedBy(10));
      upsert.put("e", 2, 2);
      upsert.put("c", 1, 0);
      saved = upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 51L, "c/d", 72L, "e/d", 2L));
    }
    try (TestingUpsert upsert =
        TestingUpsert.forgetting(path(), RETAIN.multipliedBy(2), time, rocksDb, saved, 2)) {
      upsert.pass(RETAIN.multipliedBy(2));
      upsert.put("c", 6, 0);
      upsert.put("e", 3, 3);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 51L, "c/d", 72L, "e/d", 3L));
    }
    new TestingLog(path()).check();
  }

  private long sinceTags() throws Exception {
    try (Stream<Path> entries = Files.list(path().resolve("_delta_log"))) {
      long tags = 0;
      for (Path entry : entries.filter(file -> file.toString().endsWith(".json")).toList()) {
        tags += Files.readString(entry).contains("sluice.since") ? 1 : 0;
      }
      return tags;
    }
  }

  /** Of the lost future nothing is known, of the past not all. */
  @Test
  void afterARewindForgottenAndUnknownRowsAreFound() throws Exception {
    TestingUpsert.Saved saved;
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 1, 10);
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.put("b", 1, 20);
      saved = upsert.checkpoint();
      upsert.put("b", 5, 25);
      upsert.put("c", 5, 35);
      upsert.checkpoint();
    }
    try (TestingUpsert upsert = start(saved)) {
      upsert.put("a", 2, 11);
      upsert.put("b", 4, 24);
      upsert.put("c", 6, 36);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L, "b/d", 25L, "c/d", 36L));
    }
  }

  @Test
  void rowsOfAnotherWriterThatWinTheRaceAreFoundAsWell() throws Exception {
    try (TestingUpsert upsert = start(null)) {
      upsert.put("a", 1, 10);
      upsert.put("b", 9, 90);
      upsert.checkpoint();
      upsert.pass(RETAIN);
      upsert.put("a", 2, 11);
      upsert.put("b", 2, 20);
      upsert.put("c", 2, 30);
      upsert.checkpoint(
          () -> {
            try (TestingUpsert other = TestingUpsert.start(path())) {
              other.put("a", 3, 99);
              other.put("c", 1, 98);
              other.checkpoint();
            }
          });
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 99L, "b/d", 90L, "c/d", 30L));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void entriesLeaveTheState(boolean rocksDb) throws Exception {
    try (TestingUpsert upsert = TestingUpsert.forgetting(path(), RETAIN, time, rocksDb, null, 1)) {
      long most = 0;
      for (int round = 0; round < 50; round++) {
        for (int key = 0; key < 20; key++) {
          upsert.put("k" + round + "-" + key, 1, 1);
        }
        upsert.commit();
        upsert.pass(RETAIN.dividedBy(5));
        most = Math.max(most, upsert.entries());
      }
      // Of four rounds, and on the heap what the clean-up has not come to yet.
      assertThat(most).isBetween(80L, rocksDb ? 80L : 400L);
    }
  }
}
