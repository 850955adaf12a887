package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random changes in random order, with failures, rewinds, rescales, starts without state and
 * another writer in between, while small files are packed in the background, leave what a map would
 * hold. So they do when the index forgets most keys again and again, and when it begins or ceases
 * to do so.
 */
class UpsertModelITCase {

  private static final int EVENTS = 120;
  private static final int KEYS = 14;
  private static final int[] SUBTASKS = {1, 2, 4};
  private static final Duration RETAIN = Duration.ofHours(1);

  @TempDir Path directory;

  private record Event(String id, String day, long version, boolean delete) {}

  /** A savepoint and how far the input had been read. */
  private record Point(TestingUpsert.Saved saved, int position) {}

  private Random random;
  private Path path;
  private final Map<String, Event> newest = new HashMap<>();
  private final List<Point> points = new ArrayList<>();
  private final TestingUpsert.Time time = new TestingUpsert.Time();
  private boolean forgets;
  private int starts;
  private int rescales;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void equalsAMap(long seed) throws Exception {
    run(seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void equalsAMapWhenTheIndexForgets(long seed) throws Exception {
    forgets = true;
    run(seed);
  }

  @Tag("faults")
  @ParameterizedTest
  @MethodSource("manySeeds")
  void equalsAMapWhenTheIndexForgetsManyTimes(long seed) throws Exception {
    forgets = true;
    run(seed);
  }

  static LongStream manySeeds() {
    return LongStream.range(100, 130);
  }

  private void run(long seed) throws Exception {
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
        pass(upsert);
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
      assertThat(DeltaTables.history(TestingStorage.address(path), 1000))
          .as("compactions")
          .anyMatch(version -> version.operation().equals("OPTIMIZE"));
      assertThat(rescales).as("rescales").isPositive();
      new TestingLog(path).check();
    } finally {
      upsert.close();
    }
  }

  /** Most entries are older than the retention at times, others never get so old. */
  private void pass(TestingUpsert upsert) throws Exception {
    if (forgets && random.nextInt(3) == 0) {
      upsert.pass(RETAIN.dividedBy(1 + random.nextInt(4)));
    }
  }

  /**
   * Every key sees its versions once each, in any order. Of an index that forgets, half of the keys
   * see no deletions and the others see them in order: it forgets how old a deletion was.
   */
  private List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      Event event =
          new Event(
              "k" + random.nextInt(KEYS), "d" + random.nextInt(2), 2L * i, random.nextInt(6) == 0);
      if (forgets && !isDeleted(event.id())) {
        event = new Event(event.id(), event.day(), event.version(), false);
      }
      events.add(event);
      note(event);
    }
    Collections.shuffle(events, random);
    return forgets ? ordered(events) : events;
  }

  private static List<Event> ordered(List<Event> events) {
    Map<String, PriorityQueue<Event>> oldestFirst = new HashMap<>();
    for (Event event : events) {
      oldestFirst
          .computeIfAbsent(
              event.id() + event.day(),
              key -> new PriorityQueue<>(Comparator.comparingLong(Event::version)))
          .add(event);
    }
    return events.stream()
        .map(
            event ->
                isDeleted(event.id()) ? oldestFirst.get(event.id() + event.day()).poll() : event)
        .toList();
  }

  /** Whether there are deletions of a key, when the index forgets. */
  private static boolean isDeleted(String id) {
    return id.hashCode() % 2 == 0;
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
    if (!forgets) {
      return TestingUpsert.compacting(path, saved, subtasks, "day");
    }
    Duration retain = random.nextInt(4) == 0 ? null : RETAIN.multipliedBy(1 + random.nextInt(2));
    return TestingUpsert.forgetting(path, retain, time, false, saved, subtasks, "day");
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
