package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to update {@value #UPDATES} random keys in tables of different sizes: with the
 * index, and by looking through the table for the keys as an upsert without one would have to. The
 * index is on the heap here; the commit does not touch it.
 */
@Tag("benchmark")
class UpsertCostITCase {

  private static final int UPDATES = 10_000;
  private static final int ROUNDS = 15;
  private static final int WARM_UP = 10;
  private static final int SCANS = 3;
  private static final int SMALL = 1_000_000;
  private static final int LARGE = 10_000_000;

  @TempDir Path directory;

  private record Cost(int rows, double indexed, double scanned) {}

  @Test
  void aCommitCostsWhatItChangesAndNotWhatTheTableHolds() throws Exception {
    measure(100_000);
    Cost small = measure(SMALL);
    Cost large = measure(LARGE);

    System.out.printf("%12s %22s %22s%n", "rows", "commit, index (ms)", "commit, scan (ms)");
    for (Cost cost : new Cost[] {small, large}) {
      System.out.printf("%,12d %22.1f %22.1f%n", cost.rows(), cost.indexed(), cost.scanned());
    }
    assertThat(large.scanned() / large.indexed()).as("scan / index").isGreaterThan(10);
    assertThat(large.indexed() / small.indexed()).as("large / small").isBetween(0.7, 1.3);
  }

  private Cost measure(int rows) throws Exception {
    Path path = directory.resolve("t" + rows);
    Random random = new Random(rows);
    double indexed;
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      for (int row = 0; row < rows; row++) {
        upsert.put(id(row), 1, row);
      }
      upsert.commit();
      indexed = rounds(upsert, rows, random, WARM_UP, ROUNDS);
    }
    try (TestingUpsert upsert = TestingUpsert.startIgnorant(path)) {
      return new Cost(rows, indexed, rounds(upsert, rows, random, 0, SCANS));
    }
  }

  /** The median time of a commit. */
  private static double rounds(
      TestingUpsert upsert, int rows, Random random, int warmUp, int rounds) throws Exception {
    double[] millis = new double[rounds];
    for (int round = -warmUp; round < rounds; round++) {
      for (int update = 0; update < UPDATES; update++) {
        upsert.put(id(random.nextInt(rows)), System.nanoTime(), round);
      }
      upsert.commit();
      if (round >= 0) {
        millis[round] = upsert.commitMillis();
      }
    }
    Arrays.sort(millis);
    return millis[rounds / 2];
  }

  /** A random UUID, the same one for the same row. */
  private static String id(int row) {
    Random random = new Random(row * 0x9E3779B97F4A7C15L);
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
