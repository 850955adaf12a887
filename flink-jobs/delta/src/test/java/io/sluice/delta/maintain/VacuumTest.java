package io.sluice.delta.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("storage")
class VacuumTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
          new String[] {"id", "_kind"});
  private static final Duration WEEK = DeltaMaintenance.DEFAULT_RETENTION;

  @TempDir Path lake;

  private TestingTable table;
  private TestingLog log;
  private String path;

  @BeforeEach
  void create() throws IOException {
    use(new TestingTable(lake.resolve("silver/trades"), TYPE));
  }

  private void use(TestingTable other) throws IOException {
    table = other;
    table.open();
    path = TestingStorage.address(table.path);
    log = new TestingLog(table.path);
  }

  private static GenericRowData row(long id, String kind) {
    return GenericRowData.of(id, StringData.fromString(kind));
  }

  private VacuumResult vacuumAfter(Duration time) throws IOException {
    Clock clock = Clock.fixed(Instant.now().plus(time), ZoneOffset.UTC);
    return new Vacuum(TestingStorage.of(table.path), WEEK, clock).run(true, false);
  }

  private void optimize() throws IOException {
    assertThat(
            DeltaMaintenance.optimize(path, DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE, false)
                .version())
        .isPresent();
  }

  /** A file that nobody needs, last touched some time ago. */
  private Path file(String name, Duration age) throws IOException {
    Path file = table.path.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "1234567890");
    return age(file, age);
  }

  private static Path age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    return file;
  }

  @Test
  void removedFilesGoAfterTheRetention() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    var old = log.live().keySet();
    optimize();

    assertThat(vacuumAfter(Duration.ofDays(6)).files()).isEmpty();
    VacuumResult result = vacuumAfter(Duration.ofDays(8));

    assertThat(result.files()).containsExactlyInAnyOrderElementsOf(old);
    assertThat(result.version()).isEqualTo(3);
    assertThat(old).allSatisfy(file -> assertThat(table.path.resolve(file)).doesNotExist());
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L);
    assertThat(vacuumAfter(Duration.ofDays(8)).files()).isEmpty();
  }

  @Test
  void oldFilesThatWereRemovedRecentlyStayForReadersOfOldVersions() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    for (String file : log.live().keySet()) {
      age(table.path.resolve(file), Duration.ofDays(30));
    }
    optimize();

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files()).isEmpty();

    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(path, OptionalLong.of(1), java.util.List.of("id"), -1)) {
      assertThat(rows).containsExactly(Map.of("id", 1L));
    }
  }

  @Test
  @Tag("disk")
  void whatAFailureHasLeftOnItsWayGoes() throws Exception {
    table.append(row(1, "a"));
    String suffix = ".80a083e8-7026-4e79-81be-64bd76c43a11.tmp";
    Duration old = Duration.ofDays(8);
    Path entry = file("_delta_log/.00000000000000000002.json" + suffix, old);
    Path checkpoint = file("_delta_log/.00000000000000000010.checkpoint.parquet" + suffix, old);
    Path read = file("_sluice_reads/.one.json" + suffix, old);
    Path column = file("_sluice_columns/.one.column" + suffix, old);
    Path young = file("_delta_log/.00000000000000000003.json" + suffix, Duration.ofDays(1));
    Path foreign = file("_delta_log/.swap.tmp", old);

    DeltaMaintenance.vacuum(path, WEEK, true, false);

    assertThat(java.util.List.of(entry, checkpoint, read, column))
        .allSatisfy(file -> assertThat(file).doesNotExist());
    assertThat(java.util.List.of(young, foreign)).allSatisfy(file -> assertThat(file).exists());
    assertThat(table.values("id")).containsExactly(1L);
  }

  /** Kernel's log checkpoints know what was removed since the checkpoint before them only. */
  @Test
  void filesThatWereRemovedTwoLogCheckpointsAgoStayToo() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    var old = log.live().keySet();
    for (String file : old) {
      age(table.path.resolve(file), Duration.ofDays(30));
    }
    optimize();
    for (int id = 3; id < 25; id++) {
      table.append(row(id, "c"));
    }

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files()).isEmpty();
    assertThat(old).allSatisfy(file -> assertThat(table.path.resolve(file)).exists());
    assertThat(vacuumAfter(Duration.ofDays(8)).files()).containsAll(old);
  }

  @Test
  void aLogThatWasCleanedUpTooEarlyIsRefused() throws Exception {
    for (int id = 0; id < 12; id++) {
      table.append(row(id, "a"));
    }
    Path orphan = file("part-x.parquet", Duration.ofDays(30));
    for (long version = 0; version < 10; version++) {
      Files.delete(TestingLog.entry(table.path, version));
    }

    assertThatThrownBy(() -> DeltaMaintenance.vacuum(path, WEEK, true, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(path, "cleaned up to version 9", "shorter retention");
    assertThat(orphan).exists();

    age(TestingLog.entry(table.path, 10), Duration.ofDays(8));
    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files())
        .containsExactly("part-x.parquet");
  }

  @Test
  void whatACrashLeftGoesAndWhatAJobHasYetToCommitStays() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    Compaction crashing =
        new Compaction(
            TestingStorage.of(table.path),
            DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE,
            () -> {
              throw new AssertionError("crash");
            });
    assertThatThrownBy(() -> crashing.run(false)).isInstanceOf(AssertionError.class);
    Path leftover = onlyOrphan();

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files()).isEmpty();
    assertThat(leftover).exists();
    assertThat(vacuumAfter(Duration.ofDays(8)).files())
        .containsExactly(leftover.getFileName().toString());
    assertThat(leftover).doesNotExist();
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }

  private Path onlyOrphan() throws IOException {
    var live = log.live().keySet();
    try (Stream<Path> files = Files.list(table.path)) {
      var orphans =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !live.contains(file.getFileName().toString()))
              .toList();
      assertThat(orphans).hasSize(1);
      return orphans.get(0);
    }
  }

  @Test
  void liveFilesStayWhateverTheirNamesLookLike() throws Exception {
    use(new TestingTable(lake.resolve("silver/odd names"), TYPE, "_kind"));
    table.append(row(1, "a b/c=d%25:\u00e9\"{}"), row(2, ".."), row(3, "%41"), row(4, ""));
    try (Stream<Path> files = Files.walk(table.path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        age(file, Duration.ofDays(30));
      }
    }
    Path orphan = file("_kind=%2541/part-x.parquet", Duration.ofDays(30));

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files())
        .containsExactly("_kind=%2541/part-x.parquet");

    assertThat(orphan).doesNotExist();
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  @Tag("disk")
  void hiddenNamesLinksAndForeignFilesAreNotTouched() throws Exception {
    Duration old = Duration.ofDays(30);
    Path outside = Files.createDirectories(lake.resolve("outside"));
    Path precious = Files.writeString(outside.resolve("part-1.parquet"), "precious");
    age(precious, old);
    Files.createSymbolicLink(table.path.resolve("linked"), outside);
    Files.createSymbolicLink(table.path.resolve("linked.parquet"), precious);
    Path[] kept = {
      file("_hidden/part-1.parquet", old),
      file(".hidden.parquet", old),
      file("_hidden.parquet", old),
      file("_delta_log/part-1.parquet", old),
      file("README.md", old),
      file("notes.bin", old),
      file("part-young.parquet", Duration.ofDays(6)),
      table.path.resolve("linked.parquet"),
      precious
    };
    file("sub/part-1.parquet", old);
    file("deletion_vector_" + UUID.randomUUID() + ".bin", old);

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files()).hasSize(2);

    assertThat(kept).allSatisfy(file -> assertThat(file).exists());
    assertThat(table.path.resolve("sub/part-1.parquet")).doesNotExist();
  }

  @Test
  @Tag("disk")
  void filesThatAreReachedThroughALinkInsideTheTableStay() throws Exception {
    table.append(row(1, "a"));
    String name = log.live().keySet().iterator().next();
    Path real = Files.createDirectories(table.path.resolve("real"));
    Files.move(table.path.resolve(name), real.resolve(name));
    age(real.resolve(name), Duration.ofDays(30));
    Files.createSymbolicLink(table.path.resolve("link"), real);
    String entry = Files.readString(TestingLog.entry(table.path, 1));
    Files.writeString(TestingLog.entry(table.path, 1), entry.replace(name, "link/" + name));

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files()).isEmpty();
    assertThat(table.values("id")).containsExactly(1L);
  }

  /** A foreign log may call a file of the table by any way that leads to it. */
  @Test
  void filesThatTheLogNamesByAnotherWayStay() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "a"));
    List<String> names = List.copyOf(log.live().keySet());
    for (String name : names) {
      age(table.path.resolve(name), Duration.ofDays(30));
    }
    String elsewhere =
        TestingStorage.isS3()
            ? path.replace("s3://", "s3a://")
            : "file:" + Files.createSymbolicLink(lake.resolve("link"), table.path);
    rename(1, names.get(0), elsewhere + "/" + names.get(0));
    rename(2, names.get(1), "./" + names.get(1));

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files()).isEmpty();
    assertThat(names).allSatisfy(name -> assertThat(table.path.resolve(name)).exists());
  }

  private void rename(long version, String name, String other) throws IOException {
    Path entry = TestingLog.entry(table.path, version);
    String actions = Files.readString(entry).replace(name, other);
    // Not in place: an entry never changes.
    Files.delete(entry);
    Files.writeString(entry, actions);
  }

  @Test
  void aTableBehindALinkIsTheSameTable() throws Exception {
    table.append(row(1, "a"));
    Path orphan = file("part-x.parquet", Duration.ofDays(8));
    Path link = Files.createSymbolicLink(lake.resolve("link"), table.path);

    VacuumResult result = DeltaMaintenance.vacuum(link.toString(), WEEK, true, false);

    assertThat(result.files()).containsExactly("part-x.parquet");
    assertThat(orphan).doesNotExist();
    assertThat(vacuumAfter(Duration.ofDays(8)).files()).isEmpty();
    assertThat(table.values("id")).containsExactly(1L);
  }

  @Test
  void deletionVectorsStayAsLongAsTheirFiles() throws Exception {
    table.append(row(1, "a"), row(2, "a"));
    log.allowDeletionVectors();
    Duration old = Duration.ofDays(30);
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    Path firstFile = file("deletion_vector_" + first + ".bin", old);
    Path secondFile = file("ab/deletion_vector_" + second + ".bin", old);
    Path orphan = file("deletion_vector_" + UUID.randomUUID() + ".bin", old);
    var add = log.live().values().iterator().next();
    String data = add.get("path").asText();
    log.commit(remove(data, ""), add(data, vector("", first)));
    log.commit(remove(data, vector("", first)), add(data, vector("ab", second)));

    assertThat(DeltaMaintenance.vacuum(path, WEEK, true, false).files())
        .containsExactly(orphan.getFileName().toString());
    assertThat(firstFile).as("removed recently").exists();
    assertThat(vacuumAfter(Duration.ofDays(8)).files())
        .containsExactly(firstFile.getFileName().toString());
    assertThat(secondFile).as("live").exists();
    assertThat(table.path.resolve(data)).exists();
  }

  private static String vector(String prefix, UUID id) {
    return ",\"deletionVector\":{\"storageType\":\"u\",\"pathOrInlineDv\":\""
        + prefix
        + Base85Codec.encodeUUID(id).replace("\\", "\\\\")
        + "\",\"offset\":1,\"sizeInBytes\":34,\"cardinality\":1}";
  }

  private static String remove(String data, String vector) {
    return "{\"remove\":{\"path\":\""
        + data
        + "\",\"dataChange\":true,\"deletionTimestamp\":"
        + System.currentTimeMillis()
        + vector
        + "}}";
  }

  private static String add(String data, String vector) {
    return "{\"add\":{\"path\":\""
        + data
        + "\",\"partitionValues\":{},\"size\":10,\"modificationTime\":1,\"dataChange\":true"
        + vector
        + "}}";
  }

  @Test
  void aRetentionLongerThanThatOfLogCheckpointsIsKeptToo() throws Exception {
    table.append(row(1, "a"));
    String data = log.live().keySet().iterator().next();
    age(table.path.resolve(data), Duration.ofDays(40));
    log.commit(
        remove(data, "")
            .replaceFirst(
                "Timestamp\":\\d+",
                "Timestamp\":" + Instant.now().minus(Duration.ofDays(10)).toEpochMilli()));
    assertThat(DeltaMaintenance.checkpoint(path, false).missing()).isTrue();

    assertThat(DeltaMaintenance.vacuum(path, Duration.ofDays(30), true, false).files()).isEmpty();
    assertThat(DeltaMaintenance.vacuum(path, Duration.ofDays(9), true, false).files())
        .containsExactly(data);
  }

  @Test
  void aShortRetentionIsRefusedUnlessTheCheckIsOff() throws Exception {
    table.append(row(1, "a"));
    file("part-x.parquet", Duration.ofHours(3));

    assertThatThrownBy(() -> DeltaMaintenance.vacuum(path, Duration.ofHours(2), true, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(path, "retention check", "2 hours", "168 hours");
    assertThat(DeltaMaintenance.vacuum(path, Duration.ofHours(2), false, false).files())
        .containsExactly("part-x.parquet");
  }

  @Test
  void theTablesOwnLongerRetentionCounts() throws Exception {
    log.commit(
        "{\"metaData\":"
            + log.actions(0, "metaData")
                .get(0)
                .toString()
                .replace(
                    "\"configuration\":{",
                    "\"configuration\":{\"delta.deletedFileRetentionDuration\":\"interval 30 days\",")
            + "}");

    assertThatThrownBy(() -> DeltaMaintenance.vacuum(path, WEEK, true, true))
        .hasMessageContainingAll("720 hours", "delta.deletedFileRetentionDuration");
  }

  @Test
  void nothingIsRemovedWhenTheLogIsNotWhole() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "a"));
    table.append(row(3, "a"));
    Path orphan = file("part-x.parquet", Duration.ofDays(30));
    Files.delete(TestingLog.entry(table.path, 2));

    assertThatThrownBy(() -> DeltaMaintenance.vacuum(path, WEEK, true, false))
        .hasMessageContaining("versions");
    assertThat(orphan).exists();

    Files.writeString(TestingLog.entry(table.path, 2), "{\"add\":{\"path\":\"trunc");
    assertThatThrownBy(() -> DeltaMaintenance.vacuum(path, WEEK, true, false)).isNotNull();
    assertThat(orphan).exists();
  }

  @Test
  void unknownFeaturesAreRefused() throws Exception {
    Path orphan = file("part-x.parquet", Duration.ofDays(30));
    log.requireFeatures("futureThing");

    assertThatThrownBy(() -> DeltaMaintenance.vacuum(path, WEEK, true, false))
        .hasMessageContainingAll(path, "futureThing", "Nothing was removed");
    assertThat(orphan).exists();
  }

  @Test
  void aDryRunRemovesNothing() throws Exception {
    Path orphan = file("part-x.parquet", Duration.ofDays(30));

    VacuumResult result = DeltaMaintenance.vacuum(path, WEEK, true, true);

    assertThat(result.files()).containsExactly("part-x.parquet");
    assertThat(result.bytes()).isEqualTo(10);
    assertThat(result.dryRun()).isTrue();
    assertThat(orphan).exists();
  }

  @Test
  void aLogCheckpointIsWrittenOnce() throws Exception {
    table.append(row(1, "a"));

    assertThat(DeltaMaintenance.checkpoint(path, true)).isEqualTo(new CheckpointResult(1, true));
    assertThat(DeltaMaintenance.checkpoint(path, false)).isEqualTo(new CheckpointResult(1, true));
    assertThat(DeltaMaintenance.checkpoint(path, false)).isEqualTo(new CheckpointResult(1, false));

    Files.delete(TestingLog.entry(table.path, 0));
    assertThat(table.values("id")).containsExactly(1L);
  }
}
