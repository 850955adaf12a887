package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.CompactionCandidates;
import io.sluice.delta.live.MovesFile;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An upsert's small files are packed in the background, and its index still finds every row. */
class UpsertCompactionTest extends CompactsUpserts {

  @Test
  void smallFilesArePackedAndTheIndexFollows() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      upsert.awaitCompaction();
      assertThat(files()).isEqualTo(1);
      assertThat(DeltaTables.history(TestingStorage.address(path), 1).get(0).operation())
          .isEqualTo("OPTIMIZE");
      assertThat(upsert.unknownFiles()).isZero();

      put(upsert, "a03", 2);
      upsert.delete("b05", 2);
      expected.remove("b05/d");
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).as("no keys were read").isZero();
    }
  }

  @Test
  void compactedFilesAreCompactedAgain() throws Exception {
    try (TestingUpsert upsert = start()) {
      for (int round = 0; round < 9; round++) {
        eight(upsert, round);
        upsert.awaitCompaction();
        put(upsert, "a" + round + 3, 2);
        upsert.commit();
        upsert.awaitCompaction();
      }
      for (int round = 0; round < 9; round++) {
        for (int i = 0; i < 8; i++) {
          put(upsert, "a" + round + i, 3);
        }
      }
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).isZero();
      assertThat(files()).isLessThan(20);
    }
  }

  @Test
  void rowsReplacedWhileTheCompactionIsWrittenStayReplaced() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      // Its files are being read, or have been: this commit, which comes before its publication,
      // leaves a row in each.
      for (int i = 0; i < 3; i++) {
        put(upsert, "a0" + i, 2);
      }
      upsert.delete("b05", 2);
      expected.remove("b05/d");
      upsert.commit();
      upsert.awaitCompaction();

      assertThat(published()).isEqualTo(1);
      assertThat(upsert.files()).isEqualTo(2);
      assertThat(upsert.rowsAndDeleted()).as("carried over").containsExactly(15, 4);
      assertThat(upsert.content()).isEqualTo(expected);
      put(upsert, "a00", 3);
      put(upsert, "b00", 3);
      put(upsert, "a05", 3);
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).isZero();
    }
  }

  @Test
  void aFileThatLosesItsLastRowMeanwhileDoesNotStopTheCompaction() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      put(upsert, "a03", 2);
      put(upsert, "b03", 2);
      put(upsert, "b04", 2);
      upsert.commit();
      upsert.awaitCompaction();

      assertThat(published()).isEqualTo(1);
      assertThat(upsert.files()).isEqualTo(2);
      assertThat(upsert.rowsAndDeleted()).containsExactly(16, 3);
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(DeltaTables.history(TestingStorage.address(path), 1).get(0).filesRemoved())
          .as("the eighth was gone before")
          .isEqualTo(7);
      put(upsert, "a03", 3);
      put(upsert, "a04", 3);
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).isZero();
    }
  }

  /** A key of which a few dozen make a file that is copied as it is; nothing can compress it. */
  private static String longKey(String name) {
    StringBuilder key = new StringBuilder(name).append('-');
    new Random(name.hashCode()).ints(50_000, 48, 123).forEach(key::appendCodePoint);
    return key.toString();
  }

  private final Map<String, String> longKeys = new HashMap<>();

  private void putLong(TestingUpsert upsert, String name, long version) throws Exception {
    put(upsert, longKeys.computeIfAbsent(name, UpsertCompactionTest::longKey), version);
  }

  private void deleteLong(TestingUpsert upsert, String name, long version) throws Exception {
    upsert.delete(longKeys.get(name), version);
    expected.remove(longKeys.get(name) + "/d");
  }

  private void eightBig(TestingUpsert upsert, String prefix) throws Exception {
    for (int i = 0; i < CompactionCandidates.FAN_IN; i++) {
      for (int k = 0; k < 30; k++) {
        putLong(upsert, prefix + i + "." + k, 1);
      }
      if (i == 5) {
        // In the vector of a file before it is copied.
        deleteLong(upsert, prefix + "2.7", 2);
        putLong(upsert, prefix + "3.0", 2);
      }
      upsert.commit();
    }
  }

  @Test
  void bigFilesAreCopiedAsTheyAreWithTheirDeletedRows() throws Exception {
    try (TestingUpsert upsert = start()) {
      eightBig(upsert, "k");
      putLong(upsert, "k0.29", 2);
      deleteLong(upsert, "k7.1", 2);
      upsert.commit();
      upsert.awaitCompaction();

      assertThat(published()).isEqualTo(1);
      assertThat(upsert.files()).isEqualTo(2);
      assertThat(upsert.rowsAndDeleted()).as("deleted ones stay").containsExactly(238, 4);
      assertThat(upsert.content()).isEqualTo(expected);

      for (String name : List.of("k0.0", "k2.6", "k2.8", "k3.0", "k3.29", "k7.29", "k0.29")) {
        putLong(upsert, name, 3);
      }
      putLong(upsert, "k2.7", 3);
      deleteLong(upsert, "k7.2", 3);
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).isZero();

      DeltaMaintenance.optimize(TestingStorage.address(path), 128L << 20, false);
      putLong(upsert, "k2.9", 4);
      putLong(upsert, "k3.0", 4);
      putLong(upsert, "k7.28", 4);
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).isZero();
    }
  }

  @Test
  void bigFilesOfWhichMuchIsDeletedAreWrittenAgain() throws Exception {
    try (TestingUpsert upsert = start()) {
      for (int i = 0; i < CompactionCandidates.FAN_IN; i++) {
        for (int k = 0; k < 30; k++) {
          putLong(upsert, "m" + i + "." + k, 1);
        }
        for (int k = 0; k < 5 && i > 0; k++) {
          putLong(upsert, "m" + (i - 1) + "." + k, 2);
        }
        upsert.commit();
      }
      upsert.awaitCompaction();

      assertThat(published()).isEqualTo(1);
      assertThat(upsert.rowsAndDeleted()).containsExactly(240, 0);
      putLong(upsert, "m0.9", 2);
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).isZero();
    }
  }

  @Test
  void aSavepointFromBeforeTheCompactionFindsItsRows() throws Exception {
    TestingUpsert.Saved before;
    try (TestingUpsert upsert = start()) {
      before = eight(upsert, 0);
      upsert.awaitCompaction();
    }
    assertThat(files()).isEqualTo(1);
    try (TestingUpsert restored = TestingUpsert.compacting(path, before)) {
      put(restored, "a01", 5);
      restored.delete("b07", 5);
      expected.remove("b07/d");
      restored.commit();
      assertThat(restored.content()).isEqualTo(expected);
      assertThat(restored.unknownFiles()).isZero();
    }
  }

  @Test
  void aSavepointFromBeforeSomeOfTheCompactedRowsLooksThemUp() throws Exception {
    TestingUpsert.Saved early;
    try (TestingUpsert upsert = start()) {
      put(upsert, "a00", 1);
      put(upsert, "x", 1);
      early = upsert.checkpoint();
      eight(upsert, 0);
      upsert.awaitCompaction();
    }
    try (TestingUpsert restored = TestingUpsert.compacting(path, early)) {
      assertThat(restored.unknownFiles()).isPositive();
      put(restored, "a00", 2);
      put(restored, "b07", 2);
      put(restored, "x", 2);
      restored.commit();
      assertThat(restored.content()).isEqualTo(expected);
    }
  }

  @Test
  void whatTheIndexHasLearnedIsFollowed() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
    }
    try (TestingUpsert again = TestingUpsert.compacting(path, null)) {
      put(again, "new", 1);
      again.commit();
      again.awaitCompaction();
      assertThat(files()).isLessThan(3);
      put(again, "a02", 2);
      again.commit();
      assertThat(again.content()).isEqualTo(expected);
      assertThat(again.unknownFiles()).isZero();
    }
  }

  @Test
  void withoutTheFileThatTellsRowsAreLookedUpByKey() throws Exception {
    TestingUpsert.Saved last;
    try (TestingUpsert upsert = start()) {
      last = eight(upsert, 0);
      upsert.awaitCompaction();
    }
    try (Stream<Path> moves = Files.list(path.resolve(MovesFile.FOLDER))) {
      for (Path file : moves.toList()) {
        Files.delete(file);
      }
    }
    try (TestingUpsert restored = TestingUpsert.compacting(path, last)) {
      assertThat(restored.unknownFiles()).isEqualTo(1);
      put(restored, "a02", 2);
      restored.commit();
      assertThat(restored.content()).isEqualTo(expected);
    }
  }

  @Test
  void optimizeByHandTellsTheIndex() throws Exception {
    path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      eight(upsert, 0);
      DeltaMaintenance.optimize(TestingStorage.address(path), 128L << 20, false);
      assertThat(files()).isEqualTo(1);
      assertThat(upsert.unknownFiles()).isZero();
      put(upsert, "a02", 2);
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
    }
  }

  @Test
  void vacuumKeepsWhatTellsOfLiveFilesOnly() throws Exception {
    try (TestingUpsert upsert = start()) {
      for (int round = 0; round < 9; round++) {
        eight(upsert, round);
        upsert.awaitCompaction();
      }
      Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);
      new Vacuum(TestingStorage.of(path), DeltaMaintenance.DEFAULT_RETENTION, later)
          .run(true, false);
      long told = published();
      try (Stream<Path> moves = Files.list(path.resolve(MovesFile.FOLDER))) {
        assertThat(moves.count()).isPositive().isLessThan(told);
      }
      for (int round = 0; round < 9; round++) {
        put(upsert, "b" + round + 1, 7);
      }
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(upsert.unknownFiles()).isZero();
    }
  }
}
