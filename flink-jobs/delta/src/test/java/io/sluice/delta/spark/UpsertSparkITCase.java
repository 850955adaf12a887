package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.CompactionCandidates;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark and the upsert on one table, taking turns and racing. */
class UpsertSparkITCase extends AsksSpark {

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("t");
  }

  private String address() {
    return TestingStorage.address(path());
  }

  /** What Spark sees; fails when a key is there twice. */
  private TreeMap<String, Long> seenBySpark(OptionalLong version) throws IOException {
    TreeMap<String, Long> content = new TreeMap<>();
    for (Map<String, Object> row : spark.query(address(), version, "select * from t")) {
      Long before =
          content.put(
              row.get("id") + "/" + row.get("day"), ((Number) row.get("amount")).longValue());
      assertThat(before).as("another row of %s", row).isNull();
    }
    return content;
  }

  private void execute(String sql) throws IOException {
    spark.query(address(), sql.replace("TABLE", "delta.`" + address() + "`"));
  }

  /** The index forgets, Spark changes rows in between, and files are packed. */
  @Test
  void seesOneRowOfKeysThatTheIndexHasForgotten() throws Exception {
    Random random = new Random(1);
    TreeMap<String, Long> expected = new TreeMap<>();
    TestingUpsert.Time time = new TestingUpsert.Time();
    Duration retain = Duration.ofHours(1);
    try (TestingUpsert upsert =
        TestingUpsert.forgetting(path(), retain, time, true, null, 2, "day")) {
      for (int checkpoint = 1; checkpoint <= 20; checkpoint++) {
        for (int change = 0; change < 10; change++) {
          int key = random.nextInt(40);
          String day = "d" + key % 2;
          if (random.nextInt(8) == 0) {
            upsert.delete("k" + key, day, checkpoint);
            expected.remove("k" + key + "/" + day);
          } else {
            upsert.put("k" + key, day, checkpoint, 100L * checkpoint + key);
            expected.put("k" + key + "/" + day, 100L * checkpoint + key);
          }
        }
        upsert.checkpoint();
        upsert.pass(retain.dividedBy(1 + random.nextInt(4)));
        if (checkpoint % 5 == 0) {
          upsert.awaitCompaction();
          String key = expected.firstKey();
          execute("update TABLE set amount = -1 where id = '%s'".formatted(key.split("/")[0]));
          expected.put(key, -1L);
          assertThat(seenBySpark(OptionalLong.empty())).isEqualTo(expected);
        }
      }
      assertThat(upsert.content()).isEqualTo(expected);
    }
  }

  @Test
  void readsEveryVersionAsWeDo() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      for (int checkpoint = 1; checkpoint <= 8; checkpoint++) {
        for (int key = 0; key < 40; key += checkpoint % 3 + 1) {
          upsert.put("k" + key, "d" + key % 2, checkpoint, 100L * checkpoint + key);
        }
        upsert.put("k0", "d0", checkpoint, -checkpoint);
        upsert.delete("k" + 3 * checkpoint, "d" + checkpoint % 2, checkpoint);
        upsert.checkpoint();
      }
      assertThat(seenBySpark(OptionalLong.empty())).isEqualTo(upsert.content());
      long last = DeltaTables.latestVersion(address());
      for (long version = 1; version <= last; version++) {
        assertThat(
                spark.query(
                    address(),
                    OptionalLong.of(version),
                    "select count(*) as n, sum(amount) as amount from t"))
            .isEqualTo(sums(version));
      }
      assertThat(
              spark.query(
                  address(), "select count(*) as n from t where day = 'd1' and amount > 500"))
          .isEqualTo(
              List.of(
                  Map.of(
                      "n",
                      (int)
                          upsert.content().entrySet().stream()
                              .filter(row -> row.getKey().endsWith("/d1") && row.getValue() > 500)
                              .count())));
    }
  }

  private List<Map<String, Object>> sums(long version) throws IOException {
    int[] rows = new int[1];
    int[] amount = new int[1];
    DeltaTables.scan(
        address(),
        OptionalLong.of(version),
        List.of("amount"),
        row -> {
          rows[0]++;
          amount[0] += (int) row.getLong(0);
          return true;
        });
    return List.of(Map.of("n", rows[0], "amount", amount[0]));
  }

  @Test
  void changesBySparkAreNeitherUndoneNorDoubled() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      for (int key = 0; key < 20; key++) {
        upsert.put("k" + key, "d", 10, key);
      }
      upsert.checkpoint();
      upsert.put("k0", "d", 11, 1000);
      upsert.checkpoint();

      execute("DELETE FROM TABLE WHERE id IN ('k1', 'k2')");
      execute("UPDATE TABLE SET amount = -3, version = 50 WHERE id IN ('k3', 'k4')");
      execute("INSERT INTO TABLE VALUES ('s1', 'd', 10, 501), ('s2', 'd', 60, 502)");
      execute(
          "MERGE INTO TABLE AS target USING (SELECT 'k5' AS id) AS source ON target.id = source.id"
              + " WHEN MATCHED THEN UPDATE SET amount = -5, version = 12");

      upsert.put("k1", "d", 12, 2001);
      upsert.put("k3", "d", 12, 2003);
      upsert.put("k4", "d", 51, 2004);
      upsert.put("k5", "d", 13, 2005);
      upsert.put("s1", "d", 12, 2501);
      upsert.put("s2", "d", 12, 2502);
      // While the commit is on its way, Spark rewrites the files that it is about to change.
      upsert.checkpoint(() -> execute("OPTIMIZE TABLE"));

      TreeMap<String, Long> expected = new TreeMap<>();
      for (int key = 6; key < 20; key++) {
        expected.put("k" + key + "/d", (long) key);
      }
      expected.put("k0/d", 1000L);
      expected.put("k1/d", 2001L);
      expected.put("k3/d", -3L);
      expected.put("k4/d", 2004L);
      expected.put("k5/d", 2005L);
      expected.put("s1/d", 2501L);
      expected.put("s2/d", 502L);
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(seenBySpark(OptionalLong.empty())).isEqualTo(expected);

      upsert.put("k6", "d", 12, 2006);
      upsert.delete("k7", "d", 12);
      upsert.delete("s2", "d", 61);
      upsert.checkpoint(() -> execute("DELETE FROM TABLE WHERE id = 'k8'"));
      expected.put("k6/d", 2006L);
      expected.remove("k7/d");
      expected.remove("s2/d");
      expected.remove("k8/d");
      assertThat(upsert.content()).isEqualTo(expected);
      assertThat(seenBySpark(OptionalLong.empty())).isEqualTo(expected);
    }
  }

  /** A key that nothing can compress: a few dozen fill a row group that is copied as it is. */
  private static String longKey(int commit, int number) {
    StringBuilder key = new StringBuilder("k%d.%02d-".formatted(commit, number));
    new Random(commit * 100L + number).ints(50_000, 'a', 'z').forEach(key::appendCodePoint);
    return key.toString();
  }

  private static String shortKey(String key) {
    return key.substring(0, key.indexOf('-'));
  }

  private TreeMap<String, Long> shortBySpark() throws IOException {
    TreeMap<String, Long> seen = new TreeMap<>();
    for (Map<String, Object> row :
        spark.query(
            address(),
            "select split(id, '-')[0] as id, count(*) as n, sum(amount) as amount from t group by id")) {
      assertThat(((Number) row.get("n")).intValue()).isEqualTo(1);
      seen.put((String) row.get("id"), ((Number) row.get("amount")).longValue());
    }
    return seen;
  }

  private static TreeMap<String, Long> shortened(Map<String, Long> content) {
    TreeMap<String, Long> shortened = new TreeMap<>();
    content.forEach((key, amount) -> shortened.put(shortKey(key), amount));
    return shortened;
  }

  /** Rows that were deleted before stay in the copy, marked; the others change places. */
  @Test
  void copiedRowGroupsReadAsTheyWere() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.compacting(path(), null)) {
      for (int commit = 0; commit < CompactionCandidates.FAN_IN; commit++) {
        for (int number = 0; number < 30; number++) {
          upsert.put(longKey(commit, number), 1, 100L * commit + number);
        }
        if (commit == 6) {
          upsert.put(longKey(2, 7), 2, -1);
          upsert.delete(longKey(3, 0), 2);
        }
        upsert.commit();
      }
      upsert.put(longKey(0, 29), 2, -2);
      upsert.commit();
      upsert.awaitCompaction();
      assertThat(upsert.rowsAndDeleted()).as("copied").containsExactly(239, 3);
      assertThat(shortBySpark())
          .isEqualTo(shortened(upsert.content()))
          .containsEntry("k7.05", 705L);

      execute("DELETE FROM TABLE WHERE amount = 705");
      execute("UPDATE TABLE SET amount = -3 WHERE amount IN (404, 506)");
      upsert.put(longKey(5, 1), 3, -4);
      upsert.put(longKey(4, 4), 3, -5);
      upsert.commit();
      assertThat(shortBySpark())
          .isEqualTo(shortened(upsert.content()))
          .hasSize(238)
          .doesNotContainKey("k7.05")
          .containsEntry("k2.07", -1L)
          .containsEntry("k0.29", -2L)
          .containsEntry("k5.06", -3L)
          .containsEntry("k5.01", -4L)
          .containsEntry("k4.04", -5L)
          .containsEntry("k6.06", 606L);
    }
  }
}
