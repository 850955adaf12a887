package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An upsert whose rows come late and out of order, that is restarted, rescaled, rewound and
 * compacted, maintenance by hand, and Spark's DELETE, UPDATE, MERGE, INSERT and OPTIMIZE take
 * random turns on one table, between commits and in the middle of them. After each step we and
 * Spark see what a map holds.
 */
class UpsertSparkModelITCase extends AsksSpark {

  private static final int STEPS = 12;
  private static final int KEYS = 25;
  private static final int[] SUBTASKS = {1, 2, 4};

  @TempDir Path directory;

  private record Event(String key, long version, boolean delete) {
    String id() {
      return key.substring(0, key.indexOf('/'));
    }

    String day() {
      return key.substring(key.indexOf('/') + 1);
    }
  }

  private record Row(long version, long amount) {}

  /** A savepoint: the highest versions that its index has seen, and how far the input was read. */
  private record Point(TestingUpsert.Saved saved, Map<String, Long> seen, int position) {}

  private final List<Event> events = new ArrayList<>();
  private final List<Point> points = new ArrayList<>();
  private final TreeMap<String, Row> table = new TreeMap<>();

  /** What the upsert has taken but not committed. */
  private final Map<String, Event> pending = new HashMap<>();

  private Map<String, Long> seen = new HashMap<>();
  private int position;
  private Random random;
  private Path path;
  private TestingUpsert upsert;
  private int starts;

  @ParameterizedTest
  @ValueSource(longs = 1)
  void everybodySeesTheModel(long seed) throws Exception {
    run(seed, STEPS);
  }

  @Tag("faults")
  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8})
  void everybodySeesTheModelOfManySteps(long seed) throws Exception {
    run(seed, 4 * STEPS);
  }

  private void run(long seed, int steps) throws Exception {
    random = new Random(seed);
    path = directory.resolve("t");
    restart(null);
    try {
      List<String> done = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        done.add(step());
        check("seed " + seed + ", steps " + done);
      }
      upsert.awaitCompaction();
      check("after the last compaction");
    } finally {
      upsert.close();
    }
    new TestingLog(path).check();
  }

  private void check(String when) throws IOException {
    TreeMap<String, Long> amounts = new TreeMap<>();
    table.forEach((key, row) -> amounts.put(key, row.amount()));
    assertThat(upsert.content()).as(when).isEqualTo(amounts);
    assertThat(seenBySpark()).as(when).isEqualTo(amounts);
  }

  private String step() throws Exception {
    write();
    switch (random.nextInt(8)) {
      case 0 -> {
        String[] other = new String[1];
        checkpoint(() -> other[0] = another());
        return other[0] + " in the middle of a commit";
      }
      case 1 -> {
        checkpoint(() -> {});
        return another() + " after a commit";
      }
      case 2 -> {
        Point newest = point();
        restart(newest);
        settle();
        return "restart with a commit pending";
      }
      case 3 -> {
        checkpoint(() -> {});
        Point older = points.get(random.nextInt(points.size()));
        points.subList(points.indexOf(older) + 1, points.size()).clear();
        restart(older);
        return "restart from an older state";
      }
      case 4 -> {
        checkpoint(() -> {});
        points.clear();
        restart(null);
        return "start without state";
      }
      default -> {
        for (int i = 0; i < 4; i++) {
          checkpoint(() -> {});
          write();
        }
        checkpoint(() -> {});
        return "commits";
      }
    }
  }

  private Point point() throws Exception {
    upsert.barrier();
    Point point = new Point(upsert.snapshot(), Map.copyOf(seen), position);
    points.add(point);
    return point;
  }

  private void checkpoint(TestingUpsert.Interruption between) throws Exception {
    point();
    between.happen();
    upsert.complete();
    settle();
  }

  /** Goes on with another number of subtasks. */
  private void restart(Point from) throws Exception {
    if (upsert != null) {
      upsert.close();
    }
    int subtasks = SUBTASKS[starts++ % SUBTASKS.length];
    upsert = TestingUpsert.compacting(path, from == null ? null : from.saved(), subtasks, "day");
    seen = new HashMap<>();
    if (from == null) {
      table.forEach((key, row) -> seen.put(key, row.version()));
    } else {
      seen.putAll(from.seen());
      position = from.position();
    }
  }

  /** Takes the next rows of the input, which after a rewind come again. */
  private void write() throws Exception {
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      if (position == events.size()) {
        String key = "k" + random.nextInt(KEYS) + "/d" + random.nextInt(2);
        events.add(new Event(key, version(), random.nextInt(5) == 0));
      }
      Event event = events.get(position++);
      if (event.delete()) {
        upsert.delete(event.id(), event.day(), event.version());
      } else {
        upsert.put(event.id(), event.day(), event.version(), event.version());
      }
      if (event.version() >= seen.getOrDefault(event.key(), 0L)) {
        seen.put(event.key(), event.version());
        pending.put(event.key(), event);
      }
    }
  }

  /** Most rows are newer than all before, some are late. */
  private long version() {
    return 100 + events.size() - (random.nextInt(4) == 0 ? random.nextInt(40) : 0);
  }

  /** What was pending is in the table, unless there is a newer row of another writer. */
  private void settle() {
    pending.forEach(
        (key, event) -> {
          Row row = table.get(key);
          if (row == null || row.version() <= event.version()) {
            if (event.delete()) {
              table.remove(key);
            } else {
              table.put(key, new Row(event.version(), event.version()));
            }
          }
        });
    pending.clear();
  }

  /** Something that another writer does to what the table holds. */
  private String another() throws IOException {
    String id = "k" + random.nextInt(KEYS);
    int dice = random.nextInt(8);
    switch (dice) {
      case 0 -> {
        execute("DELETE FROM TABLE WHERE id = '" + id + "'");
        table.keySet().removeIf(key -> key.startsWith(id + "/"));
      }
      case 1 -> {
        execute("UPDATE TABLE SET version = version + 15 WHERE id = '" + id + "'");
        change(id, row -> new Row(row.version() + 15, row.amount()));
      }
      case 2 -> {
        execute(
            "MERGE INTO TABLE AS target USING (SELECT '"
                + id
                + "' AS id) AS source ON target.id = source.id"
                + " WHEN MATCHED THEN UPDATE SET amount = -amount");
        change(id, row -> new Row(row.version(), -row.amount()));
      }
      case 3 -> merge(List.of(id + "/d0", id + "/d1"), version());
      case 4 -> {
        execute("INSERT INTO TABLE VALUES ('s" + starts + "-" + position + "', 'd0', 1, 7)");
        table.put("s" + starts + "-" + position + "/d0", new Row(1, 7));
      }
      case 5 -> execute("OPTIMIZE TABLE");
      case 6 -> DeltaMaintenance.optimize(path.toString(), 1 << 20, false);
      default -> DeltaMaintenance.zorder(path.toString(), List.of("amount"), 1 << 20, false);
    }
    return "another's " + dice;
  }

  private void change(String id, UnaryOperator<Row> change) {
    table.replaceAll((key, row) -> key.startsWith(id + "/") ? change.apply(row) : row);
  }

  /** The newest row of a key counts, as in the upsert itself; keys that are not there come. */
  private void merge(List<String> keys, long version) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String key : keys) {
      String[] parts = key.split("/");
      rows.add("SELECT '%s' AS id, '%s' AS day".formatted(parts[0], parts[1]));
      Row row = table.get(key);
      if (row == null || row.version() < version) {
        table.put(key, new Row(version, -1));
      }
    }
    execute(
        "MERGE INTO TABLE AS target USING (%s) AS source ON target.id = source.id AND target.day = source.day WHEN MATCHED AND target.version < %d THEN UPDATE SET version = %d, amount = -1 WHEN NOT MATCHED THEN INSERT (id, day, version, amount) VALUES (source.id, source.day, %d, -1)"
            .formatted(String.join(" UNION ALL ", rows), version, version, version));
  }

  private void execute(String sql) throws IOException {
    spark.execute(sql.replace("TABLE", "delta.`" + path + "`"));
  }

  private TreeMap<String, Long> seenBySpark() throws IOException {
    TreeMap<String, Long> content = new TreeMap<>();
    for (Map<String, Object> row : spark.query(path.toString(), "select id, day, amount from t")) {
      Long before =
          content.put(
              row.get("id") + "/" + row.get("day"), ((Number) row.get("amount")).longValue());
      assertThat(before).as("another row of %s", row).isNull();
    }
    return content;
  }
}
