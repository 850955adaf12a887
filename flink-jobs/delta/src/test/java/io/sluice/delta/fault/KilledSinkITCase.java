package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.spark.AsksSpark;
import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.ObservedFiles;
import io.sluice.delta.testing.RecoveredSink;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sink's process is killed by SIGKILL between every two steps of write, prepare, commit and
 * compaction, one death after the other on the same table. Its successor goes on from the last
 * checkpoint: the rows are those of a run without faults.
 */
@Tag("storage")
class KilledSinkITCase extends AsksSpark {

  private static final String WRITES = of("create", "put") + " t/%s/part-N-*-cN.snappy.parquet";
  private static final String PREPARED = "create state.unfinished";
  private static final String STORED = of("create", "put") + " t/deletion_vector_*.bin";
  private static final String VECTORS_WRITTEN =
      of("create t/_delta_log/.N.json.*.tmp", "put t/_delta_log/N.json");

  /** On S3 the reply has come, but nobody has seen it. */
  private static final String PUBLISHED =
      of("delete t/_delta_log/.N.json.*.tmp", "answered put t/_delta_log/N.json");

  private static final String LOG_CHECKPOINT_WRITTEN =
      of("link", "put") + " t/_delta_log/N.checkpoint.parquet";
  private static final String COMPACTION = "compaction: ";
  private static final String COMPACTED =
      COMPACTION + of("create", "put") + " t/_sluice_moves/*.moves";

  private static String of(String disk, String bucket) {
    return TestingStorage.isS3() ? bucket : disk;
  }

  private static final Duration LONGEST_RUN = Duration.ofSeconds(120);
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Djava.nio.file.spi.DefaultFileSystemProvider=" + ObservedFiles.class.getName());

  @TempDir Path directory;

  private final Random random = new Random(7);
  private boolean upsert;

  @Test
  void anUpsertLosesAndDoublesNothing() throws Exception {
    upsert = true;
    for (String step :
        List.of(
            WRITES.formatted("day=dN"),
            PREPARED,
            STORED,
            VECTORS_WRITTEN,
            PUBLISHED,
            LOG_CHECKPOINT_WRITTEN,
            COMPACTED,
            COMPACTION + VECTORS_WRITTEN,
            COMPACTION + PUBLISHED)) {
      killBefore(step);
    }
    goOn();
  }

  @Tag("disk")
  @Test
  void anAppendLosesAndDoublesNothing() throws Exception {
    upsert = false;
    for (String step :
        List.of(
            WRITES.formatted("part=N"), VECTORS_WRITTEN, PUBLISHED, COMPACTION + VECTORS_WRITTEN)) {
      killBefore(step);
    }
    goOn();
  }

  /** What is kept during a pause lies in the state of the last checkpoint. */
  @Tag("faults")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPauseLosesAndDoublesNothing(boolean upserts) throws Exception {
    upsert = upserts;
    assertThat(isKilled(directory, PREPARED, "9", "paused")).isTrue();
    assertThat(committed()).as("of ten checkpoints").isLessThan(9);
    check(PREPARED);

    CommitPause.end(TestingStorage.of(table()), Instant.now());
    goOn();
  }

  @Tag("faults")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyStep(boolean upserts) throws Exception {
    upsert = upserts;
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    assertThat(isKilled(elsewhere)).isFalse();
    int killed = 0;
    for (String step : Files.readAllLines(elsewhere.resolve("steps"))) {
      // Some come once in the life of a table, and then there is nothing to kill.
      if (isKilled(directory, step, passes(step))) {
        killed++;
      }
      check(step);
    }
    assertThat(killed).isGreaterThan(15);
    goOn();
  }

  private void killBefore(String step) throws Exception {
    String passes = passes(step);
    assertThat(isKilled(directory, step, passes))
        .as("killed before %s, %s times let pass", step, passes)
        .isTrue();
    check(step);
  }

  /** The table holds the rows of all checkpoints up to one. */
  private void check(String step) throws IOException {
    if (!DeltaTables.exists(TestingStorage.address(table()))) {
      assertThat(step).as("what comes before a table").startsWith(of("create", "put") + " t");
      return;
    }
    assertThat(RecoveredSink.content(directory, upsert))
        .as("after a death before %s", step)
        .isEqualTo(RecoveredSink.expected(upsert, committed()));
    new TestingLog(table()).check();
  }

  private String passes(String step) {
    return Integer.toString(rare(step) ? 0 : random.nextInt(4));
  }

  private static boolean rare(String step) {
    return step.startsWith(COMPACTION) || step.contains("checkpoint");
  }

  private Path table() {
    return RecoveredSink.table(directory);
  }

  private long committed() throws IOException {
    return DeltaTables.history(TestingStorage.address(table()), 100_000).stream()
        .map(version -> version.parameters().get("checkpointId"))
        .filter(id -> id != null)
        .mapToLong(Long::parseLong)
        .max()
        .orElse(0);
  }

  /** The last starts, in this process; what the dead have left behind is removed. */
  private void goOn() throws Exception {
    // A compaction that is under way when it closes removes its files.
    try (RecoveredSink sink = RecoveredSink.start(directory, upsert)) {
      sink.checkpoint();
    }
    Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);
    new Vacuum(TestingStorage.of(table()), DeltaMaintenance.DEFAULT_RETENTION, later)
        .run(true, false);
    assertThat(dataFiles()).hasSize(new TestingLog(table()).live().size());
    long last;
    try (RecoveredSink sink = RecoveredSink.start(directory, upsert)) {
      for (int i = 0; i < 3; i++) {
        sink.checkpoint();
      }
      last = sink.lastCheckpoint();
    }
    Path faultless = Files.createDirectory(directory.resolve("faultless"));
    try (RecoveredSink sink = RecoveredSink.start(faultless, upsert)) {
      while (sink.lastCheckpoint() < last) {
        sink.checkpoint();
      }
    }
    List<String> expected = RecoveredSink.content(faultless, upsert);
    assertThat(expected).isEqualTo(RecoveredSink.expected(upsert, last));
    assertThat(RecoveredSink.content(directory, upsert)).isEqualTo(expected);
    assertThat(seenBySpark()).isEqualTo(expected);
    new TestingLog(table()).check();
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(table())) {
      return files
          .filter(file -> !file.toString().contains("_delta_log"))
          .filter(file -> file.toString().endsWith(".parquet"))
          .toList();
    }
  }

  private List<String> seenBySpark() throws IOException {
    return spark.query(table().toString(), "select * from t").stream()
        .map(row -> row.values().stream().map(String::valueOf).collect(Collectors.joining("/")))
        .sorted()
        .toList();
  }

  /** Runs the sink; it is killed if it comes to the step, and must end well if it does not. */
  private boolean isKilled(Path where, String... step) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(where.toString()));
    arguments.add(upsert ? "upsert" : "append");
    arguments.addAll(List.of(step));
    try (ChildProcess sink =
        ChildProcess.start(OPTIONS, SinkProcess.class, arguments.toArray(String[]::new))) {
      if (sink.waits(LONGEST_RUN)) {
        assertThat(sink.kill()).isEqualTo(ChildProcess.KILLED);
        return true;
      }
      assertThat(sink.exitCode(Duration.ofSeconds(10))).as(sink::output).isZero();
      return false;
    }
  }
}
