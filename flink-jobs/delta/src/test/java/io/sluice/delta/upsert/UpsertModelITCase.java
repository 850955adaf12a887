package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random changes in random order, with failures, rewinds, rescales, starts without state and
 * another writer in between, while small files are packed in the background, leave what a map would
 * hold.
 */
class UpsertModelITCase {

  private static final int EVENTS = 120;
  private static final int KEYS = 14;
  private static final int[] SUBTASKS = {1, 2, 4};

  @TempDir Path directory;

  private record Event(String id, String day, long version, boolean delete) {}

  /** A savepoint and how far the input had been read. */
  private record Point(TestingUpsert.Saved saved, int position) {}

  private Random random;
  private Path path;
  private final Map<String, Event> newest = new HashMap<>();
  private final List<Point> points = new ArrayList<>();
  private int starts;
  private int rescales;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void equalsAMap(long seed) throws Exception {
    random = new Random(seed);
    path = directory.resolve("t");
    List<Event> events = events();
    int position = 0;
    int restarts = 6;
    TestingUpsert upsert = start(null);
    try {
      while (position < events.size()) {
        int until = Math.min(events.size(), position + random.nextInt(8));
        for (; position < until; position++) {
          apply(upsert, events.get(position));
        }
        int dice = restarts > 0 ? random.nextInt(10) : 0;
        if (dice < 6) {
          points.add(new Point(checkpoint(upsert), position));
        } else if (dice < 8 && !points.isEmpty()) {
          restarts--;
          Point to = points.get(dice == 6 ? points.size() - 1 : random.nextInt(points.size()));
          upsert.close();
          upsert = start(to.saved());
          position = to.position();
          points.subList(points.indexOf(to) + 1, points.size()).clear();
        } else if (dice == 8) {
          restarts -= 3;
          upsert.close();
          upsert = start(null);
          position = 0;
          points.clear();
        } else if (dice == 9) {
          restarts--;
          TestingUpsert.Saved saved = prepare(upsert);
          points.add(new Point(saved, position));
          upsert.close();
          upsert = start(saved);
        }
      }
      TestingUpsert.Saved saved = prepare(upsert);
      upsert.close();
      upsert = start(saved);
      assertThat(upsert.content()).isEqualTo(expected());
      assertThat(DeltaTables.history(path.toString(), 1000))
          .as("compactions")
          .anyMatch(version -> version.operation().equals("OPTIMIZE"));
      assertThat(rescales).as("rescales").isPositive();
      new TestingLog(path).check();
    } finally {
      upsert.close();
    }
  }

  /** Every key sees its versions once each, in any order. */
  private List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      Event event =
          new Event(
              "k" + random.nextInt(KEYS), "d" + random.nextInt(2), 2L * i, random.nextInt(6) == 0);
      events.add(event);
      note(event);
    }
    Collections.shuffle(events, random);
    return events;
  }

  private void note(Event event) {
    newest.merge(
        event.id() + "/" + event.day(), event, (a, b) -> a.version() > b.version() ? a : b);
  }

  /** A checkpoint that is complete, but whose commit only a restore makes. */
  private static TestingUpsert.Saved prepare(TestingUpsert upsert) throws Exception {
    upsert.barrier();
    return upsert.snapshot();
  }

  private TestingUpsert start(TestingUpsert.Saved saved) throws Exception {
    int subtasks = SUBTASKS[starts++ % SUBTASKS.length];
    if (saved != null && saved.parallelism() != subtasks) {
      rescales++;
    }
    return TestingUpsert.compacting(path, saved, subtasks, "day");
  }

  private static void apply(TestingUpsert upsert, Event event) throws Exception {
    if (event.delete()) {
      upsert.delete(event.id(), event.day(), event.version());
    } else {
      upsert.put(event.id(), event.day(), event.version(), event.version());
    }
  }

  /** At times another writer takes the version that this checkpoint had in mind. */
  private TestingUpsert.Saved checkpoint(TestingUpsert upsert) throws Exception {
    if (random.nextInt(3) == 0) {
      upsert.awaitCompaction();
    }
    return random.nextInt(4) > 0 ? upsert.checkpoint() : upsert.checkpoint(this::anotherWriter);
  }

  /** Puts rows only: who comes later cannot see in the table how old another's deletion was. */
  private void anotherWriter() throws Exception {
    try (TestingUpsert other = TestingUpsert.compacting(path, null, "day")) {
      for (int i = 0; i < 3; i++) {
        Event event =
            new Event(
                "k" + random.nextInt(KEYS),
                "d" + random.nextInt(2),
                2L * random.nextInt(2 * EVENTS) + 1,
                false);
        Event now = newest.get(event.id() + "/" + event.day());
        if (now == null || !now.delete() || now.version() < event.version()) {
          apply(other, event);
          note(event);
        }
      }
      other.checkpoint();
    }
  }

  private TreeMap<String, Long> expected() {
    TreeMap<String, Long> expected = new TreeMap<>();
    newest.forEach(
        (key, event) -> {
          if (!event.delete()) {
            expected.put(key, event.version());
          }
        });
    return expected;
  }
}
