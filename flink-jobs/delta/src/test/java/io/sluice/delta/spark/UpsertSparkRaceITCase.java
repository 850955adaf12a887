package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark appends, deletes, updates, merges and optimises while a job upserts into the same table:
 * the job does not fail, no key is lost or there twice, and of a key that both write the newest row
 * is left.
 */
class UpsertSparkRaceITCase extends AsksSpark {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  /** Newer than whatever the job writes. */
  private static final long NEWER = 1_000_000_000;

  /** A slow machine may go on for so many times the time, until Spark has had its way. */
  private static final int PATIENCE = 6;

  /** INSERT, DELETE, UPDATE, MERGE, OPTIMIZE. */
  private static final int KINDS = 5;

  @TempDir Path directory;

  private final Random random = new Random(5);
  private final Map<String, Integer> done = new TreeMap<>();

  /** What Spark has left of the keys that it wrote. */
  private final Map<Long, String> ofSpark = new HashMap<>();

  private RaceJob job;
  private long statements;
  private long lost;
  private long affected;
  private long until;
  private long latest;
  private int kinds;

  @Test
  @Tag("faults")
  void nothingIsLostOrDoubled() throws Exception {
    race(Duration.ofSeconds(TestingStorage.isS3() ? 7 : 14), false);
  }

  @Tag("faults")
  @Tag("storage")
  @Test
  void nothingIsLostOrDoubledForLong() throws Exception {
    race(Duration.ofSeconds(150), true);
  }

  @Tag("faults")
  @Test
  void inAPauseSparkNeverLoses() throws Exception {
    JobClient running = start(Duration.ofSeconds(150), 4);
    Path table = job.folder();
    CommitPause.begin(TestingStorage.of(table), Instant.now().plus(CommitPause.LONGEST));
    // A commit that had begun before is through after the checkpoints of a second.
    awaitEvent(RaceJob.COUNT.get() + RaceJob.CYCLE / RaceJob.PARTS);
    long before = DeltaTables.latestVersion(job.table);
    for (int i = 0; i < 3; i++) {
      statements++;
      // The part that the job writes now, where Spark would hardly ever win.
      int part = RaceJob.part(RaceJob.COUNT.get());
      merge(part, RaceJob.key(part, 16 + i));
      update(part, RaceJob.key(part, 16 + i));
      append(part);
      deleteOwn();
    }
    assertThat(lost).as("in vain").isZero();
    assertThat(done).containsOnlyKeys("DELETE", "INSERT", "MERGE", "UPDATE");
    assertThat(DeltaTables.latestVersion(job.table)).as("nobody else").isEqualTo(before + 12);
    assertThat(running.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    assertThat(CommitPause.end(TestingStorage.of(table), Instant.now())).isTrue();
    finish(running);
  }

  /** Spark plans and compiles the first of each kind for long; then the job would always win. */
  private void warmUp() throws IOException {
    String warm = "delta.`" + TestingStorage.address(directory.resolve("warm")) + "`";
    for (String sql :
        List.of(
            "CREATE TABLE NAME (key BIGINT, part INT, version BIGINT, writer STRING) USING delta PARTITIONED BY (part) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')",
            "INSERT INTO NAME VALUES (1, 1, 1, 'warm'), (2, 1, 1, 'warm')",
            "UPDATE NAME SET version = 2 WHERE part = 1 AND key = 1",
            "MERGE " + merged(1, 2, 3),
            "DELETE FROM NAME WHERE part = 1 AND key = 1",
            "OPTIMIZE NAME WHERE part = 1")) {
      spark.execute(sql.replaceFirst("NAME", warm));
    }
  }

  /**
   * @param all whether Spark must have had its way with every kind of statement
   */
  private void race(Duration time, boolean all) throws Exception {
    JobClient running = start(time, all ? KINDS : 2);
    while (isTime()) {
      statement();
      assertThat(running.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    }
    finish(running);
  }

  private JobClient start(Duration time, int least) throws Exception {
    warmUp();
    job = new RaceJob(directory);
    JobClient running = job.graph().executeAsync();
    awaitEvent(RaceJob.CYCLE / 2);
    kinds = least;
    until = System.nanoTime() + time.toNanos();
    latest = until + (PATIENCE - 1) * time.toNanos();
    return running;
  }

  /** Stops the job and compares. */
  private void finish(JobClient running) throws Exception {
    // All keys of the job come once more, those too that Spark has deleted.
    awaitEvent(RaceJob.COUNT.get() + RaceJob.CYCLE + RaceJob.CYCLE / RaceJob.PARTS);
    running
        .stopWithSavepoint(
            true, directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
        .get();
    String what = "Spark did " + done + ", and tried " + lost + " times in vain";
    TreeMap<Long, String> expected = new TreeMap<>(job.newest(RaceJob.COUNT.get()));
    ofSpark.forEach(expected::put);
    assertThat(content()).as(what).isEqualTo(expected);
    assertThat(seenBySpark()).as(what).isEqualTo(expected);
    assertThat(done).as(what).hasSizeGreaterThanOrEqualTo(kinds);
    new TestingLog(job.folder()).check();
  }

  private boolean isTime() {
    return System.nanoTime() < (done.size() < kinds ? latest : until);
  }

  private static void awaitEvent(long event) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> RaceJob.COUNT.get() >= event);
  }

  private void statement() throws Exception {
    statements++;
    int part = random.nextInt(4) == 0 ? random.nextInt(RaceJob.PARTS) : resting();
    switch ((int) (statements % 6)) {
      case 0 -> deleteOwn();
      case 1 -> append(part);
      case 2 -> update(part, RaceJob.key(part, 12 + random.nextInt(4)));
      case 3 -> merge(part, RaceJob.key(part, 16 + random.nextInt(4)));
      case 4 -> {
        long key = RaceJob.key(part, 8 + random.nextInt(4));
        execute("DELETE", "FROM NAME WHERE part = %d AND key = %d".formatted(part, key));
      }
      default -> execute("OPTIMIZE", "NAME WHERE part = %d".formatted(part));
    }
  }

  /** A part that the job has left a moment ago: in others Spark would hardly ever win. */
  private static int resting() {
    return (RaceJob.part(RaceJob.COUNT.get()) + RaceJob.PARTS - 2) % RaceJob.PARTS;
  }

  private void append(int part) throws Exception {
    long key = 10_000 + statements * RaceJob.PARTS + part;
    if (execute("INSERT", "INTO NAME VALUES (%d, %d, 1, 'spark')".formatted(key, part))) {
      ofSpark.put(key, "1 spark");
    }
  }

  private void deleteOwn() throws Exception {
    List<Long> own = ofSpark.keySet().stream().filter(key -> key >= 10_000).toList();
    if (!own.isEmpty()) {
      long key = own.get(random.nextInt(own.size()));
      if (execute(
          "DELETE", "FROM NAME WHERE part = %d AND key = %d".formatted(key % RaceJob.PARTS, key))) {
        ofSpark.remove(key);
      }
    }
  }

  private void update(int part, long key) throws Exception {
    long version = NEWER + statements;
    if (execute(
            "UPDATE",
            "NAME SET version = %d, writer = 'spark' WHERE part = %d AND key = %d"
                .formatted(version, part, key))
        && affected > 0) {
      ofSpark.put(key, version + " spark");
    }
  }

  private void merge(int part, long key) throws Exception {
    long version = NEWER + statements;
    if (execute("MERGE", merged(part, key, version))) {
      ofSpark.put(key, version + " spark");
    }
  }

  private static String merged(int part, long key, long version) {
    return """
        INTO NAME AS target USING (SELECT %d AS key) AS source
        ON target.key = source.key AND target.part = %d
        WHEN MATCHED THEN UPDATE SET version = %d, writer = 'spark'
        WHEN NOT MATCHED THEN INSERT (key, part, version, writer)
        VALUES (source.key, %d, %d, 'spark')"""
        .formatted(key, part, version, part, version)
        .replace('\n', ' ');
  }

  /**
   * Tries until the job has not changed the same part meanwhile; tells of the rows {@link
   * #affected}.
   *
   * @return false when the time was over before
   */
  private boolean execute(String name, String rest) throws IOException {
    String sql = name + " " + rest.replaceFirst("NAME", "delta.`" + job.table + "`");
    while (isTime()) {
      try {
        List<Map<String, Object>> answer = spark.query(job.table, sql);
        done.merge(name, 1, Integer::sum);
        affected =
            answer.isEmpty()
                ? 0
                : ((Number) answer.get(0).getOrDefault("num_affected_rows", 0)).longValue();
        return true;
      } catch (IOException e) {
        if (!e.getMessage().contains("Concurrent")) {
          throw e;
        }
        lost++;
      }
    }
    return false;
  }

  private TreeMap<Long, String> content() throws IOException {
    TreeMap<Long, String> content = new TreeMap<>();
    for (Map<String, Object> row : new TestingTable(job.folder(), RaceJob.TYPE, "part").rows()) {
      put(content, row);
    }
    return content;
  }

  private TreeMap<Long, String> seenBySpark() throws IOException {
    TreeMap<Long, String> content = new TreeMap<>();
    for (Map<String, Object> row : spark.query(job.table, "select * from t")) {
      put(content, row);
    }
    return content;
  }

  private static void put(TreeMap<Long, String> content, Map<String, Object> row) {
    String value = row.get("version") + " " + row.get("writer");
    assertThat(content.put(((Number) row.get("key")).longValue(), value))
        .as("another row of %s", row)
        .isNull();
  }
}
