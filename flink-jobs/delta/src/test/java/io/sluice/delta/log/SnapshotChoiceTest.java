package io.sluice.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("storage")
class SnapshotChoiceTest {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  private TestingTable table;

  @BeforeEach
  void create() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE);
    table.open();
  }

  /** Appends up to a version; version n is of n hours after the creation. */
  private void append(int latest) throws Exception {
    for (long id = 1; id <= latest; id++) {
      table.append(GenericRowData.of(id));
    }
    for (int version = 0; version <= latest; version++) {
      Files.setLastModifiedTime(
          TestingLog.entry(table.path, version), FileTime.from(hours(version)));
    }
  }

  private static Instant hours(long count) {
    return CREATED.plusSeconds(3600 * count);
  }

  private void cutLogBefore(int version) throws IOException {
    for (int old = 0; old < version; old++) {
      Files.delete(TestingLog.entry(table.path, old));
    }
  }

  private long load(SnapshotChoice choice) throws IOException {
    return choice
        .load(TestingStorage.of(table.path), TableEngine.of(TestingStorage.of(table.path)))
        .getVersion();
  }

  @Test
  void theLatestAndAnyByNumber() throws Exception {
    append(3);

    assertThat(load(SnapshotChoice.latest())).isEqualTo(3);
    for (long version = 0; version <= 3; version++) {
      assertThat(load(SnapshotChoice.version(version))).isEqualTo(version);
    }
  }

  @Test
  void aMomentIsTheLatestVersionAtOrBeforeIt() throws Exception {
    append(3);

    assertThat(load(SnapshotChoice.at(CREATED))).isZero();
    assertThat(load(SnapshotChoice.at(hours(2).minusMillis(1)))).isEqualTo(1);
    assertThat(load(SnapshotChoice.at(hours(2)))).isEqualTo(2);
    assertThat(load(SnapshotChoice.at(hours(2).plusMillis(1)))).isEqualTo(2);
    assertThat(load(SnapshotChoice.at(hours(999)))).isEqualTo(3);
    assertThat(DeltaTables.versionAsOf(TestingStorage.address(table.path), hours(1))).isEqualTo(1);
  }

  @Test
  void aMomentBeforeTheFirstVersionIsRefusedNamingIt() throws Exception {
    append(1);

    assertThatThrownBy(() -> load(SnapshotChoice.at(CREATED.minusMillis(1))))
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(
            TestingStorage.address(table.path), "did not exist", "2026-01-01T00:00:00Z");
  }

  @Test
  void versionsThatAreNotThereAreRefusedNamingTheLatest() throws Exception {
    append(1);

    assertThatThrownBy(() -> load(SnapshotChoice.version(2)))
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(TestingStorage.address(table.path), "no version 2", "latest is 1");
    assertThatThrownBy(() -> load(SnapshotChoice.version(-1))).hasMessageContaining("-1");
    Path absent = directory.resolve("absent");
    assertThatThrownBy(
            () ->
                SnapshotChoice.latest()
                    .load(TestingStorage.of(absent), TableEngine.of(TestingStorage.of(absent))))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(TestingStorage.address(absent));
  }

  @Test
  void aLogThatMakesNoSenseNowMayMakeSenseAtTheNextAttempt() throws Exception {
    append(3);
    Files.delete(TestingLog.entry(table.path, 1));

    assertThatThrownBy(() -> load(SnapshotChoice.latest()))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(TestingStorage.address(table.path), "cannot be read", "Try again");
    assertThatThrownBy(() -> new LoadedTable(TestingStorage.of(table.path)).load())
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(TestingStorage.address(table.path), "Nothing was changed");
  }

  @Test
  void versionsOfALogThatWasCleanedUpAreRefusedNamingTheEarliest() throws Exception {
    append(12);
    cutLogBefore(10);

    assertThat(load(SnapshotChoice.version(10))).isEqualTo(10);
    assertThatThrownBy(() -> load(SnapshotChoice.version(9)))
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(
            TestingStorage.address(table.path), "Version 9", "cleaned up", "version is 10");
    assertThatThrownBy(() -> load(SnapshotChoice.at(hours(9))))
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll("cleaned up", "10 of " + hours(10));
    assertThat(load(SnapshotChoice.at(hours(11)))).isEqualTo(11);
  }
}
