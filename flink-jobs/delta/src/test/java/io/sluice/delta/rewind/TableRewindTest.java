package io.sluice.delta.rewind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.commit.SavedSink;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.TableStorage;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table goes back to a savepoint, and the sink that begins there commits once more, and once. */
@Tag("storage")
class TableRewindTest {
  @TempDir Path directory;

  /** A savepoint: what the job begins from, and what is known of it. */
  private record Savepoint(
      TestingUpsert.Saved state, SavedSink sink, long checkpoint, Instant completed) {}

  private Path path() {
    return directory.resolve("t");
  }

  private static Savepoint savepoint(TestingUpsert upsert) throws Exception {
    TestingUpsert.Saved state = upsert.checkpoint();
    return new Savepoint(state, upsert.savedSink(), upsert.lastCheckpoint(), Instant.now());
  }

  private TableRewind rewind(Savepoint to) {
    return new TableRewind(
        TestingStorage.address(path()), List.of(to.sink()), to.checkpoint(), to.completed());
  }

  private long rewound(Savepoint to) throws IOException {
    return rewind(to).restore(rewind(to).find().version().orElseThrow());
  }

  /** Version 1 is a savepoint, version 2 is behind it. */
  private Savepoint twoVersions() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      Savepoint first = savepoint(upsert);
      upsert.put("a", 5, 50);
      upsert.put("c", 5, 51);
      upsert.checkpoint();
      return first;
    }
  }

  @Test
  void theRowsBehindTheSavepointAreCommittedOnceMore() throws Exception {
    Savepoint first = twoVersions();
    SavepointVersion found = rewind(first).find();
    assertThat(found.version()).hasValue(1);
    assertThat(found.latest()).isEqualTo(2);
    assertThat(found.newer()).isTrue();
    assertThat(rewound(first)).isEqualTo(3);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), first.state())) {
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 10L, "b/d", 20L));
      // Less than before, as after a mended definition: nothing of the lost past counts.
      upsert.put("a", 3, 30);
      upsert.put("c", 2, 40);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 30L, "b/d", 20L, "c/d", 40L));
      assertThat(upsert.unknownFiles()).isZero();
    }
    assertThat(DeltaTables.sinkIds(TestingStorage.address(path()))).containsExactly("upserts");
  }

  @Test
  void aRewindThatIsDoneHasNothingToDo() throws Exception {
    Savepoint first = twoVersions();
    rewound(first);
    assertThat(rewind(first).find().version()).isEmpty();
    DeltaMaintenance.optimize(TestingStorage.address(path()), 1 << 20, false);
    SavepointVersion found = rewind(first).find();
    assertThat(found.version()).isEmpty();
    assertThat(found.newer()).isFalse();
  }

  @Test
  void aStateThatIsNewerThanTheTableIsRefused() throws Exception {
    Savepoint first;
    Savepoint second;
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      first = savepoint(upsert);
      upsert.put("a", 5, 50);
      second = savepoint(upsert);
    }
    rewound(first);
    assertThatThrownBy(() -> TestingUpsert.restore(path(), second.state()))
        .hasStackTraceContaining("was rewound to checkpoint 1")
        .hasStackTraceContaining("is restored to checkpoint 2, which is newer: rows between them");
    assertThat(rewind(second).find().newer()).as("it does not hold what the state knows").isTrue();

    assertThat(rewound(second)).as("forward again").isEqualTo(4);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), second.state())) {
      upsert.put("b", 1, 1);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 50L, "b/d", 1L));
    }
  }

  @Test
  void aSavepointBehindARewindIsFoundAmongCheckpointsOfTheSameIds() throws Exception {
    Savepoint first = twoVersions();
    rewound(first);
    Savepoint other;
    try (TestingUpsert upsert = TestingUpsert.restore(path(), first.state())) {
      upsert.put("a", 7, 70);
      other = savepoint(upsert);
      upsert.put("a", 8, 80);
      upsert.checkpoint();
    }
    assertThat(rewind(other).find().version()).hasValue(4);
    assertThat(rewound(first)).isEqualTo(6);
    assertThat(rewound(other)).isEqualTo(7);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), other.state())) {
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 70L, "b/d", 20L));
      upsert.put("a", 9, 90);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 90L, "b/d", 20L));
    }
  }

  @Test
  void compactionsBehindTheSavepointStay() throws Exception {
    Savepoint first;
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.checkpoint();
      upsert.put("b", 1, 20);
      first = savepoint(upsert);
      DeltaMaintenance.optimize(TestingStorage.address(path()), 1 << 20, false);
      upsert.put("a", 5, 50);
      upsert.checkpoint();
    }
    assertThat(rewind(first).find().version()).hasValue(3);
    rewound(first);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), first.state())) {
      upsert.put("a", 3, 30);
      upsert.put("b", 3, 31);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 30L, "b/d", 31L));
    }
  }

  @Test
  void aVersionWhoseFilesAreGoneIsRefusedByTableAndVersion() throws Exception {
    Savepoint first = twoVersions();
    DeltaMaintenance.zorder(TestingStorage.address(path()), List.of("amount"), 1 << 20, false);
    TableStorage table = TestingStorage.of(path());
    for (String name : table.names("", "")) {
      if (name.endsWith(".bin") || name.endsWith(".parquet")) {
        table.delete(name);
      }
    }
    assertThatThrownBy(() -> rewind(first).check(1))
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContaining("cannot go back to version 1: its file ")
        .hasMessageContaining("was removed by a vacuum. Rewind to a later savepoint");
    assertThat(DeltaTables.latestVersion(TestingStorage.address(path()))).isEqualTo(3);
  }

  @Test
  void aSavepointOfAnotherTableIsRefused() throws Exception {
    Savepoint first = twoVersions();
    SavedSink stranger = new SavedSink("upserts", "another life", 1);
    assertThatThrownBy(
            () ->
                new TableRewind(
                        TestingStorage.address(path()),
                        List.of(stranger),
                        first.checkpoint(),
                        Instant.EPOCH)
                    .find())
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContaining("the table holds no commit of the job that took it");
  }

  @Test
  void aSinkThatHadCommittedNothingGoesBackToBeforeItsFirstCommit() throws Exception {
    Savepoint empty;
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      empty = savepoint(upsert);
      assertThat(empty.sink().lastCheckpoint()).isEqualTo(-1);
      assertThat(rewind(empty).find().version()).isEqualTo(OptionalLong.empty());
      upsert.put("a", 1, 10);
      upsert.checkpoint();
    }
    assertThat(rewind(empty).find().version()).hasValue(0);
    rewound(empty);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), empty.state())) {
      assertThat(upsert.content()).isEmpty();
      upsert.put("a", 1, 11);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L));
    }
  }
}
