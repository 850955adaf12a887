package io.sluice.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.storage.TableStorage;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sink keeps what it would commit while its table is paused, so that another writer wins. */
@Tag("storage")
class CommitPauseTest {

  @TempDir Path directory;

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private long latest(Path table) throws Exception {
    return DeltaTables.latestVersion(TestingStorage.address(table));
  }

  @Test
  void whatWasKeptIsCommittedCheckpointByCheckpointAfterWhatOthersDidMeanwhile() throws Exception {
    Path path = directory.resolve("t");
    TestingUpsert.Saved saved;
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.commit();
      CommitPause.begin(TestingStorage.of(path), now.plusSeconds(120));
      long before = latest(path);
      upsert.put("a", 2, 11);
      upsert.commit();
      upsert.put("c", 2, 30);
      saved = upsert.checkpoint();
      assertThat(latest(path)).isEqualTo(before);

      // The other one deletes b.
      TestingLog log = new TestingLog(path);
      log.delete(log.live().keySet().iterator().next(), 1);
    }
    long others = latest(path);
    try (TestingUpsert upsert = TestingUpsert.restore(path, saved)) {
      assertThat(latest(path)).as("the pause goes on").isEqualTo(others);
      upsert.put("a", 3, 12);
      CommitPause.end(TestingStorage.of(path), now);
      upsert.commit();

      assertThat(latest(path)).isEqualTo(others + 3);
      assertThat(upsert.content()).containsOnlyKeys("a/d", "c/d").containsEntry("a/d", 12L);
      assertThat(
              DeltaTables.rows(
                      TestingStorage.address(path), OptionalLong.of(others + 1), List.of(), -1)
                  .toList())
          .singleElement()
          .satisfies(row -> assertThat(row).containsEntry("amount", 11L));
    }
    new TestingLog(path).check();
  }

  private TableStorage table() {
    return TestingStorage.of(directory.resolve("t"));
  }

  private Path pauseFile() throws IOException {
    return Files.createDirectories(directory.resolve("t")).resolve("_sluice_pause.json");
  }

  @Test
  void itEndsByItself() throws Exception {
    assertThat(CommitPause.until(table(), now)).isEmpty();
    CommitPause.begin(table(), now.plusSeconds(60));

    assertThat(CommitPause.until(table(), now.plusSeconds(59))).hasValue(now.plusSeconds(60));
    assertThat(CommitPause.until(table(), now.plusSeconds(60))).isEmpty();
  }

  @Test
  void itEndsTenMinutesAfterItWasAskedForWhateverTheFileSays() throws Exception {
    CommitPause.begin(table(), now.plus(Duration.ofDays(300)));
    Files.setLastModifiedTime(pauseFile(), FileTime.from(now));

    assertThat(CommitPause.until(table(), now)).hasValue(now.plus(CommitPause.LONGEST));
    assertThat(CommitPause.until(table(), now.plus(CommitPause.LONGEST))).isEmpty();
  }

  @Test
  void aFileThatMakesNoSenseIsNone() throws Exception {
    for (String content : List.of("", "{", "{}", "{\"until\":\"soon\"}", "[1]")) {
      Files.writeString(pauseFile(), content);
      assertThat(CommitPause.until(table(), now)).as(content).isEmpty();
    }
  }

  @Test
  void whatCannotBePausedIsRefused() throws Exception {
    assertThatThrownBy(
            () ->
                DeltaMaintenance.pause(
                    TestingStorage.address(directory.resolve("none")), Duration.ofSeconds(1)))
        .isInstanceOf(FileNotFoundException.class);
    for (Duration time : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMinutes(11))) {
      assertThatThrownBy(
              () -> DeltaMaintenance.pause(TestingStorage.address(directory.resolve("t")), time))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most 10 minutes");
    }
  }

  @Test
  void itIsBegunAndEndedByName() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      upsert.put("a", 1, 10);
      upsert.commit();
    }
    Instant until = DeltaMaintenance.pause(TestingStorage.address(path), Duration.ofMinutes(2));

    assertThat(DeltaTables.pausedUntil(TestingStorage.address(path))).hasValue(until);
    assertThat(DeltaMaintenance.resume(TestingStorage.address(path))).isTrue();
    assertThat(DeltaMaintenance.resume(TestingStorage.address(path))).isFalse();
    assertThat(DeltaTables.pausedUntil(TestingStorage.address(path))).isEmpty();
  }
}
