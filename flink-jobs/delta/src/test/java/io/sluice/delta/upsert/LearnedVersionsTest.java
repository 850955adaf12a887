package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.LearnedFiles;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A savepoint names the version that its index learned; what its files were stays known. */
@Tag("storage")
class LearnedVersionsTest {

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("t");
  }

  /** A savepoint names the version that its index learned long after the log has forgotten it. */
  @Test
  void aLearnedVersionThatTheLogHasForgottenStaysKnown() throws Exception {
    TestingUpsert.Saved saved = learnedAndCleanedUp();
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved)) {
      assertThat(upsert.unknownFiles()).isZero();
      changeLearnedRows(upsert);
      assertThat(upsert.unknownFiles()).isZero();
    }
  }

  /** A state from before the list was kept, or a table that was copied without it. */
  @Test
  void aLearnedVersionThatNobodyRemembersIsLookedUpByKey() throws Exception {
    TestingUpsert.Saved saved = learnedAndCleanedUp();
    try (Stream<Path> lists = Files.list(path().resolve(LearnedFiles.FOLDER))) {
      for (Path list : lists.toList()) {
        Files.delete(list);
      }
    }
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved)) {
      assertThat(upsert.unknownFiles()).isEqualTo(3);
      changeLearnedRows(upsert);
    }
  }

  @Test
  void aListOfLearnedFilesThatIsDamagedOrMissingIsMadeFromTheLog() throws Exception {
    TestingUpsert.Saved saved = learned();
    Path list = path().resolve(LearnedFiles.FOLDER).resolve("%020d.files".formatted(3));
    String written = Files.readString(list);
    assertThat(written.lines()).hasSize(3);
    for (String damage : new String[] {"no file\n", null}) {
      if (damage == null) {
        Files.delete(list);
      } else {
        Files.writeString(list, damage);
      }
      try (TestingUpsert upsert = TestingUpsert.restore(path(), saved)) {
        assertThat(upsert.unknownFiles()).isZero();
      }
      assertThat(Files.readString(list).lines())
          .containsExactlyInAnyOrderElementsOf(written.lines().toList());
    }
    new TestingLog(path()).cleanUp(10);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved)) {
      changeLearnedRows(upsert);
      assertThat(upsert.unknownFiles()).isZero();
    }
  }

  /** A savepoint of an upsert that began without state on three files of another incarnation. */
  private TestingUpsert.Saved learned() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      for (int i = 1; i < 4; i++) {
        upsert.put("a" + i, i, i);
        upsert.put("b" + i, i, i);
        upsert.checkpoint();
      }
    }
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("b1", 4, 4);
      TestingUpsert.Saved saved = upsert.checkpoint();
      for (int i = 5; i < 18; i++) {
        upsert.put("c", i, i);
        saved = upsert.checkpoint();
      }
      return saved;
    }
  }

  private TestingUpsert.Saved learnedAndCleanedUp() throws Exception {
    TestingUpsert.Saved saved = learned();
    new TestingLog(path()).cleanUp(10);
    return saved;
  }

  private static void changeLearnedRows(TestingUpsert upsert) throws Exception {
    upsert.put("b2", 20, 20);
    upsert.put("c", 20, 20);
    upsert.delete("b3", 20);
    upsert.checkpoint();
    assertThat(upsert.content())
        .isEqualTo(Map.of("a1/d", 1L, "a2/d", 2L, "a3/d", 3L, "b1/d", 4L, "b2/d", 20L, "c/d", 20L));
  }
}
