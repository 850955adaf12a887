package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SparkReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An upsert that is restarted and compacted, maintenance by hand, and Spark's DELETE, MERGE, INSERT
 * and OPTIMIZE take random turns on one table, between commits and in the middle of them. After
 * each step we and Spark see what a map holds.
 */
class UpsertSparkModelITCase {

  private static final int STEPS = 20;
  private static final int KEYS = 25;

  private static SparkReader spark;

  @TempDir Path directory;

  /** What the table holds, and what the upsert has taken but not committed. */
  private final TreeMap<String, Long> table = new TreeMap<>();

  private final TreeMap<String, Long> pending = new TreeMap<>();
  private Random random;
  private Path path;
  private TestingUpsert upsert;
  private TestingUpsert.Saved saved;
  private long version = 100;

  @BeforeAll
  static void start() throws IOException {
    spark = SparkReader.start();
  }

  @AfterAll
  static void stop() throws IOException {
    spark.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1})
  void everybodySeesTheModel(long seed) throws Exception {
    random = new Random(seed);
    path = directory.resolve("t");
    upsert = TestingUpsert.compacting(path, null, "day");
    try {
      for (int i = 0; i < STEPS; i++) {
        String step = step();
        assertThat(upsert.content()).as("seed %s, step %s: %s", seed, i, step).isEqualTo(table);
      }
      upsert.awaitCompaction();
      assertThat(upsert.content()).isEqualTo(table);
      assertThat(seenBySpark()).isEqualTo(table);
    } finally {
      upsert.close();
    }
  }

  private String step() throws Exception {
    String between = "nothing";
    write();
    switch (random.nextInt(6)) {
      case 0 -> {
        TestingUpsert.Interruption another = another();
        saved = upsert.checkpoint(another);
        between = "in the middle of a commit";
      }
      case 1 -> {
        saved = upsert.checkpoint();
        upsert.close();
        upsert = TestingUpsert.compacting(path, saved, "day");
        between = "a restart";
      }
      case 2 -> {
        saved = upsert.checkpoint();
        settle();
        another().happen();
        between = "after a commit";
      }
      default -> {
        for (int i = 0; i < 4; i++) {
          saved = upsert.checkpoint();
          settle();
          write();
        }
        saved = upsert.checkpoint();
      }
    }
    settle();
    return between;
  }

  private void write() throws Exception {
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      String id = "k" + random.nextInt(KEYS);
      String day = "d" + random.nextInt(2);
      version++;
      if (random.nextInt(5) == 0) {
        upsert.delete(id, day, version);
        pending.put(id + "/" + day, null);
      } else {
        upsert.put(id, day, version, version);
        pending.put(id + "/" + day, version);
      }
    }
  }

  /** What was pending is in the table. */
  private void settle() {
    pending.forEach(
        (key, amount) -> {
          if (amount == null) {
            table.remove(key);
          } else {
            table.put(key, amount);
          }
        });
    pending.clear();
  }

  /** Something that another writer does to what the table holds. */
  private TestingUpsert.Interruption another() {
    String id = "k" + random.nextInt(KEYS);
    int dice = random.nextInt(6);
    return switch (dice) {
      case 0 ->
          () -> {
            execute("DELETE FROM TABLE WHERE id = '" + id + "'");
            table.keySet().removeIf(key -> key.startsWith(id + "/"));
          };
      case 1 ->
          () -> {
            execute(
                "MERGE INTO TABLE AS target USING (SELECT '"
                    + id
                    + "' AS id) AS source ON target.id = source.id"
                    + " WHEN MATCHED THEN UPDATE SET amount = -amount");
            table.replaceAll((key, amount) -> key.startsWith(id + "/") ? -amount : amount);
          };
      case 2 ->
          () -> {
            String key = "s" + version + "/d0";
            execute("INSERT INTO TABLE VALUES ('s" + version + "', 'd0', 1, 7)");
            table.put(key, 7L);
          };
      case 3 -> () -> execute("OPTIMIZE TABLE");
      case 4 -> () -> DeltaMaintenance.optimize(path.toString(), 1 << 20, false);
      default -> () -> DeltaMaintenance.zorder(path.toString(), List.of("amount"), 1 << 20, false);
    };
  }

  private void execute(String sql) throws IOException {
    spark.execute(sql.replace("TABLE", "delta.`" + path + "`"));
  }

  private TreeMap<String, Long> seenBySpark() throws IOException {
    TreeMap<String, Long> content = new TreeMap<>();
    for (Map<String, Object> row :
        spark.query(path.toString(), OptionalLong.empty(), "select id, day, amount from t")) {
      Long before =
          content.put(
              row.get("id") + "/" + row.get("day"), ((Number) row.get("amount")).longValue());
      assertThat(before).as("another row of %s", row).isNull();
    }
    return content;
  }
}
