package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.maintain.Compaction;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upsert and maintenance of the same table, one in the middle of the other. */
class UpsertMaintenanceITCase {

  private static final int STEPS = 40;

  @TempDir Path directory;

  private final TreeMap<String, Long> expected = new TreeMap<>();
  private final TreeMap<String, Long> versions = new TreeMap<>();
  private Random random;
  private Path path;
  private TestingUpsert upsert;
  private long committedMeanwhile;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void everyKeyKeepsItsNewestRow(long seed) throws Exception {
    random = new Random(seed);
    path = directory.resolve("t");
    try (TestingUpsert started = TestingUpsert.start(path, "day")) {
      upsert = started;
      for (int i = 0; i < STEPS; i++) {
        String step = step();
        assertThat(upsert.content()).as("seed %s, step %s, %s", seed, i, step).isEqualTo(expected);
      }
    }
    assertThat(committedMeanwhile).isPositive();
  }

  private String step() throws Exception {
    switch (random.nextInt(5)) {
      case 0 -> {
        write();
        upsert.checkpoint();
        return "checkpoint";
      }
      case 1 -> {
        write();
        upsert.checkpoint(() -> optimize(() -> {}));
        return "optimize before the commit of a checkpoint";
      }
      case 2 -> {
        write();
        optimize(
            () -> {
              try {
                upsert.checkpoint();
                committedMeanwhile++;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
        return "checkpoint in the middle of optimize";
      }
      case 3 -> {
        write();
        upsert.checkpoint(
            () ->
                DeltaMaintenance.zorder(
                    TestingStorage.address(path), List.of("amount"), 2_000, false));
        return "z-order before the commit of a checkpoint";
      }
      default -> {
        Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);
        new Vacuum(TestingStorage.of(path), DeltaMaintenance.DEFAULT_RETENTION, later)
            .run(true, false);
        return "vacuum";
      }
    }
  }

  private void optimize(Runnable meanwhile) throws Exception {
    new Compaction(TestingStorage.of(path), 1 << 20, meanwhile).run(false);
  }

  private void write() throws Exception {
    for (int i = 0; i < 1 + random.nextInt(20); i++) {
      String id = "k" + random.nextInt(15);
      String day = "d" + random.nextInt(2);
      String key = id + "/" + day;
      long version = versions.merge(key, 1L, Long::sum);
      if (random.nextInt(5) == 0) {
        upsert.delete(id, day, version);
        expected.remove(key);
      } else {
        upsert.put(id, day, version, 100 * version + i);
        expected.put(key, 100 * version + i);
      }
    }
  }
}
