package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.CompactionCandidates;
import io.sluice.delta.live.MovesFile;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A compaction that cannot be committed any more is dropped; the rows stay where they are. */
class DroppedCompactionTest extends CompactsUpserts {

  @Test
  void aCompactionOfWhichNothingIsLeftIsDropped() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      for (int i = 0; i < CompactionCandidates.FAN_IN; i++) {
        put(upsert, "a0" + i, 2);
        put(upsert, "b0" + i, 2);
      }
      upsert.commit();
      upsert.awaitCompaction();

      assertThat(published()).isZero();
      assertThat(upsert.files()).isEqualTo(1);
      assertThat(upsert.content()).isEqualTo(expected);
    }
  }

  @Test
  void aCompactionWhoseFilesAnotherRewroteIsDropped() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      DeltaMaintenance.optimize(TestingStorage.address(path), 128L << 20, false);
      long version = DeltaTables.latestVersion(TestingStorage.address(path));
      upsert.awaitCompaction();
      assertThat(DeltaTables.latestVersion(TestingStorage.address(path))).isEqualTo(version);

      for (int round = 1; round < 3; round++) {
        eight(upsert, round);
        upsert.awaitCompaction();
      }
      put(upsert, "a01", 2);
      upsert.commit();
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(files()).isLessThan(8);
    }
  }

  @Test
  void nothingIsLeftOfACompactionThatWasCutShort() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
    }
    long live = files();
    assertThat(live).isEqualTo(8);
    try (Stream<Path> files = Files.list(path)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize((int) live);
    }
    assertThat(
            DeltaTables.rows(TestingStorage.address(path), OptionalLong.empty(), List.of(), -1)
                .count())
        .isEqualTo(expected.size());
  }

  @Test
  void aCompactionThatAVacuumTookIsDropped() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      upsert.awaitWritten();
      Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);
      new Vacuum(TestingStorage.of(path), DeltaMaintenance.DEFAULT_RETENTION, later)
          .run(true, false);
      upsert.awaitCompaction();

      assertThat(DeltaTables.latestVersion(TestingStorage.address(path))).isEqualTo(8);
      assertThat(upsert.content()).isEqualTo(expected);
    }
  }

  @Test
  void aCompactionThatCannotTellItsRowsAnyMoreIsDropped() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      upsert.awaitWritten();
      try (Stream<Path> moves = Files.list(path.resolve(MovesFile.FOLDER))) {
        Files.delete(moves.findFirst().orElseThrow());
      }
      upsert.awaitCompaction();

      assertThat(DeltaTables.latestVersion(TestingStorage.address(path))).isEqualTo(8);
      assertThat(files()).isEqualTo(8);
      try (Stream<Path> files = Files.list(path)) {
        assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(8);
      }
    }
  }

  @Test
  void aCompactionDoesNotFillTheHoleThatACleanUpLeaves() throws Exception {
    try (TestingUpsert upsert = start()) {
      eight(upsert, 0);
      upsert.awaitWritten();
      for (int i = 0; i < 4; i++) {
        upsert.table.append(TestingUpsert.row("z" + i, "d", 1, 1));
        expected.put("z" + i + "/d", 1L);
      }
      new TestingLog(path).cleanUp(10);
      upsert.awaitCompaction();

      assertThat(DeltaTables.latestVersion(TestingStorage.address(path))).isEqualTo(13);
      assertThat(files()).isEqualTo(5);
      assertThat(upsert.content()).isEqualTo(expected);
    }
  }
}
