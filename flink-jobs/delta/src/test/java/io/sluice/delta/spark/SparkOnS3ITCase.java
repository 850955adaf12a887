package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.fault.Fault;
import io.sluice.testkit.fault.FaultyS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a bucket, Spark makes and changes a table, and each reads what the other one wrote. */
@Tag("s3")
class SparkOnS3ITCase extends AsksSpark {

  private static final List<String> COLUMNS = List.of("id", "amount");

  @TempDir Path directory;

  private final Map<Long, Long> expected = new TreeMap<>();

  private Path path() {
    return directory.resolve("t");
  }

  private String address() {
    return TestingStorage.address(path());
  }

  private void execute(String sql) throws IOException {
    spark.execute(sql.replace("TABLE", "delta.`" + address() + "`"));
  }

  private void create() throws IOException {
    spark.execute(
        "CREATE TABLE delta.`%s` (id BIGINT, day STRING, amount BIGINT) USING delta PARTITIONED BY (day) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')"
            .formatted(address()));
  }

  private void insert(long first, int count) throws IOException {
    execute(
        "INSERT INTO TABLE SELECT /*+ COALESCE(1) */ id, concat('day=1%%2F', id %% 2), id * 10 FROM range(%d, %d)"
            .formatted(first, first + count));
    for (long id = first; id < first + count; id++) {
      expected.put(id, id * 10);
    }
  }

  private void delete(long id) throws IOException {
    execute("DELETE FROM TABLE WHERE id = " + id);
    expected.remove(id);
  }

  private Map<Long, Long> content() throws IOException {
    Map<Long, Long> content = new TreeMap<>();
    DeltaTables.scan(
        address(),
        OptionalLong.empty(),
        COLUMNS,
        row -> {
          assertThat(content.put(row.getLong(0), row.getLong(1))).as("another row").isNull();
          return true;
        });
    return content;
  }

  private Map<Long, Long> seenBySpark() throws IOException {
    Map<Long, Long> content = new TreeMap<>();
    for (Map<String, Object> row : spark.query(address(), "select id, amount from t")) {
      content.put(((Number) row.get("id")).longValue(), ((Number) row.get("amount")).longValue());
    }
    return content;
  }

  @Test
  void weReadWhatSparkWrote() throws Exception {
    create();
    insert(0, 20);
    delete(7);
    execute(
        "MERGE INTO TABLE AS target USING (SELECT explode(array(3L, 100L)) AS id) AS source ON target.id = source.id"
            + " WHEN MATCHED THEN UPDATE SET amount = -1"
            + " WHEN NOT MATCHED THEN INSERT (id, day, amount) VALUES (source.id, 'new', -2)");
    expected.put(3L, -1L);
    expected.put(100L, -2L);
    assertThat(content()).isEqualTo(expected);
    // With the tenth version Spark writes a checkpoint of the log.
    for (int i = 0; i < 8; i++) {
      insert(200 + i, 1);
    }
    assertThat(path().resolve("_delta_log/_last_checkpoint")).exists();
    assertThat(content()).isEqualTo(expected);
    DeltaMaintenance.optimize(address(), DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE, false);
    delete(200);
    assertThat(content()).isEqualTo(expected);
    assertThat(seenBySpark()).isEqualTo(expected);
    new TestingLog(path()).check();
  }

  /** Of the log only a checkpoint and what came after it is left, as after a clean-up. */
  @Test
  void sparkReadsOurCheckpointOfTheLog() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      for (int checkpoint = 1; checkpoint <= 13; checkpoint++) {
        upsert.put("k" + checkpoint, "d1", checkpoint, checkpoint);
        upsert.put("k0", "d1", checkpoint, 100 + checkpoint);
        upsert.checkpoint();
      }
      for (int version = 0; version < 10; version++) {
        Files.delete(TestingLog.entry(path(), version));
      }
      Map<String, Long> seen = new TreeMap<>();
      for (Map<String, Object> row : spark.query(address(), "select * from t")) {
        seen.put(row.get("id") + "/" + row.get("day"), ((Number) row.get("amount")).longValue());
      }
      assertThat(seen).isEqualTo(upsert.content()).containsEntry("k0/d1", 113L);
      try (Stream<Path> files = Files.walk(path())) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .anyMatch(name -> name.startsWith("deletion_vector_"));
      }
    }
  }

  /** S3A and the log store try again; what Spark reports as done is done, once. */
  @Tag("faults")
  @Test
  void sparkWritesThroughABadNetwork() throws Exception {
    S3Server server = S3Server.shared();
    try (FaultyS3 faulty = FaultyS3.before(server.endpoint())) {
      spark.useS3(faulty.environment(server));
      create();
      faulty
          .hangFor(Duration.ofMillis(200))
          .strikeByChance(
              3,
              0.1,
              Fault.CONFLICT,
              Fault.CONFLICT_WHEN_DONE,
              Fault.SLOW_DOWN,
              Fault.INTERNAL_ERROR,
              Fault.LOST_REPLY,
              Fault.CUT_REQUEST,
              Fault.CUT_REPLY,
              Fault.HANG);
      for (int i = 0; i < 20; i++) {
        insert(10L * i, 5);
        if (i % 4 == 3) {
          delete(10L * i + 1);
        }
      }
      assertThat(seenBySpark()).isEqualTo(expected);
      assertThat(faulty.struck()).hasSizeGreaterThan(4);
    } finally {
      spark.useS3(server.environment());
    }
    assertThat(content()).isEqualTo(expected);
    new TestingLog(path()).check();
  }
}
