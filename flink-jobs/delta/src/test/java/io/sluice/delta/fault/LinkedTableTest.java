package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.LearnedFiles;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.sink.ColumnClaims;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.storage.OpenRead;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger replaces each folder and each kind of file of a table by a link that leaves the table.
 * Whatever then reads, writes or removes files of the table follows none of them. What the links
 * lead to is nonsense: whoever reads it fails in another way than by refusing the link.
 */
class LinkedTableTest {

  private static final RowType NEW_COLUMN =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"extra"});
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  /** What only saves writers time: they do without it, and say so in their log. */
  private static final Set<String> PASSED_OVER = Set.of("_sluice_moves/*.moves");

  @TempDir static Path directory;

  private static Path template;
  private int cases;

  /** Something that touches a table. */
  @FunctionalInterface
  private interface Door {
    void open(Path table) throws Exception;
  }

  private static final Map<String, Door> DOORS = new LinkedHashMap<>();

  static {
    DOORS.put("detail", table -> DeltaTables.detail(TestingStorage.address(table)));
    DOORS.put("history", table -> DeltaTables.history(TestingStorage.address(table), 100));
    DOORS.put("positions", table -> DeltaTables.positions(TestingStorage.address(table)));
    DOORS.put("rows", LinkedTableTest::rows);
    DOORS.put(
        "files",
        table ->
            DeltaTables.files(
                TestingStorage.address(table),
                OptionalLong.empty(),
                table.resolveSibling("copies")));
    DOORS.put(
        "snapshot source",
        table -> read(DeltaSource.snapshot(TestingStorage.address(table)).build()));
    DOORS.put(
        "appends source",
        table ->
            read(DeltaSource.appends(TestingStorage.address(table)).startingSnapshot().build()));
    DOORS.put("append", LinkedTableTest::append);
    DOORS.put("upsert", LinkedTableTest::upsert);
    DOORS.put("learned", LinkedTableTest::learned);
    DOORS.put("columns", table -> ColumnClaims.settle(TestingStorage.address(table), NEW_COLUMN));
    DOORS.put(
        "optimize",
        table -> DeltaMaintenance.optimize(TestingStorage.address(table), 1 << 20, false));
    DOORS.put(
        "checkpoint", table -> DeltaMaintenance.checkpoint(TestingStorage.address(table), false));
    DOORS.put(
        "pause",
        table -> DeltaMaintenance.pause(TestingStorage.address(table), Duration.ofSeconds(1)));
    DOORS.put("paused", table -> DeltaTables.pausedUntil(TestingStorage.address(table)));
    DOORS.put("resume", table -> DeltaMaintenance.resume(TestingStorage.address(table)));
    DOORS.put("open reads", table -> new OpenReads(TestingStorage.of(table)).all());
    DOORS.put(
        "read",
        table ->
            new OpenReads(TestingStorage.of(table)).write(new OpenRead("r", 1, Instant.now())));
    DOORS.put("vacuum", LinkedTableTest::vacuum);
  }

  private static void rows(Path table) throws IOException {
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(TestingStorage.address(table), OptionalLong.empty(), List.of(), -1)) {
      assertThat(rows.toList()).isNotEmpty();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void read(DeltaSource source) throws Exception {
    new TestingDeltaSource(source).read();
  }

  private static void append(Path table) throws Exception {
    new TestingTable(table, TestingUpsert.TYPE, "day")
        .append(GenericRowData.of(StringData.fromString("z"), StringData.fromString("1"), 1L, 1L));
  }

  private static void upsert(Path table) throws Exception {
    try (TestingUpsert upsert = TestingUpsert.compacting(table, null, "day")) {
      upsert.put("a", "1", 9, 9);
      upsert.put("new", "1", 9, 9);
      upsert.commit();
    }
  }

  private static void learned(Path table) throws IOException {
    try (Stream<Path> lists = Files.list(template.resolve(LearnedFiles.FOLDER))) {
      for (Path list : lists.toList()) {
        long version = Long.parseLong(list.getFileName().toString().substring(0, 20));
        new LearnedFiles(TestingStorage.of(table), TableEngine.of(TestingStorage.of(table)))
            .of(version);
      }
    }
  }

  private static void vacuum(Path table) throws IOException {
    Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(30)), ZoneOffset.UTC);
    new Vacuum(TestingStorage.of(table), DeltaMaintenance.DEFAULT_RETENTION, later)
        .run(true, false);
  }

  @BeforeAll
  static void table() throws Exception {
    template = directory.resolve("template");
    for (int round = 1; round <= 2; round++) {
      // The second one learns the files of the first.
      try (TestingUpsert upsert = TestingUpsert.start(template, "day")) {
        upsert.put("a", "1", round, 1);
        upsert.put("only in " + round, "1", 1, 1);
        upsert.commit();
        upsert.put("b", "1", round, 1);
        upsert.put("also only in " + round, "1", 1, 1);
        upsert.commit();
      }
      if (round == 1) {
        DeltaMaintenance.optimize(template.toString(), 1 << 20, false);
      }
    }
    DeltaMaintenance.checkpoint(template.toString(), false);
    ColumnClaims.settle(template.toString(), NEW_COLUMN);
    new OpenReads(TestingStorage.of(template)).write(new OpenRead("r", 1, Instant.now()));
    CommitPause.begin(TestingStorage.of(template), LONG_AGO);
  }

  private static String kind(Path path) {
    return TestingStorage.address(path).replaceAll("[0-9a-f]{8}[-0-9a-f]{28}|\\d{20}", "*");
  }

  /** All paths by kind. */
  private static Map<String, List<Path>> kinds() throws IOException {
    Map<String, List<Path>> kinds = new TreeMap<>();
    try (Stream<Path> all = Files.walk(template)) {
      all.filter(path -> !path.equals(template))
          .sorted()
          .map(template::relativize)
          .forEach(path -> kinds.computeIfAbsent(kind(path), none -> new ArrayList<>()).add(path));
    }
    return kinds;
  }

  @Test
  void noLinkThatLeavesTheTableIsFollowed() throws Exception {
    Map<String, List<Path>> kinds = kinds();
    assertThat(kinds.keySet())
        .as("%s", kinds.keySet())
        .contains(
            "_delta_log",
            "_delta_log/*.json",
            "_delta_log/*.checkpoint.parquet",
            "_delta_log/*.crc",
            "_delta_log/_last_checkpoint",
            "_sluice_columns",
            "_sluice_columns/extra.column",
            "_sluice_learned",
            "_sluice_learned/*.files",
            "_sluice_moves",
            "_sluice_moves/*.moves",
            "_sluice_pause.json",
            "_sluice_reads",
            "_sluice_reads/r.json",
            "day=1",
            "deletion_vector_*.bin");
    SoftAssertions softly = new SoftAssertions();
    for (Map.Entry<String, List<Path>> kind : kinds.entrySet()) {
      Set<String> refused = new TreeSet<>();
      for (Map.Entry<String, Door> door : DOORS.entrySet()) {
        if (isRefused(softly, kind.getValue(), door.getKey(), door.getValue())) {
          refused.add(door.getKey());
        }
      }
      if (!PASSED_OVER.contains(kind.getKey())) {
        softly.assertThat(refused).as("doors that look at %s", kind.getKey()).isNotEmpty();
      }
    }
    softly.assertAll();
  }

  private boolean isRefused(SoftAssertions softly, List<Path> linked, String name, Door door)
      throws Exception {
    Path place = directory.resolve("case" + cases++);
    Path table = place.resolve("t");
    Files.createDirectories(place);
    copy(template, table);
    Path outside = Files.createDirectories(place.resolve("outside"));
    for (Path path : linked) {
      Files.move(table.resolve(path), outside.resolve(path.getFileName()));
      Files.createSymbolicLink(table.resolve(path), outside.resolve(path.getFileName()));
    }
    Map<Path, String> before = spoiled(outside);
    String what = name + " with a link in the place of " + kind(linked.get(0));

    Optional<Exception> failure = failure(door, table);

    softly.assertThat(state(outside)).as(what).isEqualTo(before);
    if (failure.isPresent()) {
      softly
          .assertThat(failure.get())
          .as("%s: %s", what, failure.get())
          .isInstanceOf(OutsideTableException.class)
          .hasMessageContainingAll(
              linked.get(0).getFileName().toString().substring(0, 5),
              "outside the table",
              "not followed");
    }
    return failure.isPresent();
  }

  private static Optional<Exception> failure(Door door, Path table) {
    try {
      door.open(table);
      return Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.of(e.getCause());
    } catch (Exception e) {
      return Optional.of(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Makes nonsense of all files, as old as a vacuum likes them. */
  private static Map<Path, String> spoiled(Path outside) throws IOException {
    try (Stream<Path> all = Files.walk(outside)) {
      for (Path path : all.toList()) {
        if (Files.isRegularFile(path)) {
          Files.writeString(path, "precious");
        }
        Files.setLastModifiedTime(path, FileTime.from(LONG_AGO));
      }
    }
    return state(outside);
  }

  /** Names, contents and times. */
  private static Map<Path, String> state(Path outside) throws IOException {
    Map<Path, String> state = new TreeMap<>();
    try (Stream<Path> all = Files.walk(outside, FileVisitOption.FOLLOW_LINKS)) {
      for (Path path : all.toList()) {
        String content = Files.isRegularFile(path) ? Files.readString(path) : "";
        state.put(path, content + " " + Files.getLastModifiedTime(path));
      }
    }
    return state;
  }
}
