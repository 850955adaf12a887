package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.log.TableVersion;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compactions in another process are killed by SIGKILL at every moment while an upsert writes the
 * table: no row is lost or doubled, and the index knows all rows.
 */
@Tag("storage")
class KilledCompactionITCase {

  private static final int ROUNDS = 6;
  private static final int KEYS = 200;
  private static final Duration BETWEEN_COMMITS = Duration.ofMillis(150);

  @TempDir Path directory;

  private final Random random = new Random(11);
  private final TreeMap<String, Long> expected = new TreeMap<>();
  private long version;

  @Test
  @Tag("faults")
  void noRowIsLostOrDoubled() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      commits(upsert, 5);
      for (int round = 0; round < ROUNDS; round++) {
        int before = round % 2 == 0 ? 1_000_000 : random.nextInt(3);
        try (ChildProcess process =
            ChildProcess.start(
                List.of(), CompactingProcess.class, path.toString(), Integer.toString(before))) {
          if (round % 2 == 0) {
            // It compacts by now; the next moment is as good as any.
            while (process.isAlive() && !compactsSoon(path)) {
              commits(upsert, 1);
            }
            commits(upsert, random.nextInt(5));
          } else {
            while (!process.waits(BETWEEN_COMMITS) && process.isAlive()) {
              commits(upsert, 1);
            }
          }
          assertThat(process.kill()).as(process::output).isEqualTo(ChildProcess.KILLED);
        }
        assertThat(upsert.content()).isEqualTo(expected);
        assertThat(upsert.unknownFiles()).isZero();
      }
      commits(upsert, 1);
      Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);
      new Vacuum(TestingStorage.of(path), DeltaMaintenance.DEFAULT_RETENTION, later)
          .run(true, false);
      commits(upsert, 3);
      assertThat(upsert.content()).isEqualTo(expected);
    }
    assertThat(DeltaTables.history(TestingStorage.address(path), 100_000))
        .extracting(TableVersion::version)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(0, DeltaTables.latestVersion(TestingStorage.address(path)))
                .boxed()
                .toList());
  }

  private void commits(TestingUpsert upsert, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      for (int row = 0; row < 10; row++) {
        String key = "k" + random.nextInt(KEYS);
        version++;
        if (random.nextInt(6) == 0) {
          upsert.delete(key, version);
          expected.remove(key + "/d");
        } else {
          upsert.put(key, version, version);
          expected.put(key + "/d", version);
        }
      }
      upsert.commit();
    }
  }

  /** Commits that follow each other at once would win every race against the compaction. */
  private static boolean compactsSoon(Path path) throws IOException {
    Instant until = Instant.now().plus(BETWEEN_COMMITS);
    boolean compacted = justCompacted(path);
    while (!compacted && Instant.now().isBefore(until)) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      compacted = justCompacted(path);
    }
    return compacted;
  }

  private static boolean justCompacted(Path path) throws IOException {
    return DeltaTables.history(TestingStorage.address(path), 2).stream()
        .anyMatch(found -> found.operation().equals("OPTIMIZE"));
  }
}
