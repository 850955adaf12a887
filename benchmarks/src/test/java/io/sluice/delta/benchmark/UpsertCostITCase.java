package io.sluice.delta.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to update {@value #UPDATES} random keys in tables of different sizes: with the
 * index in RocksDB as in a job, and by looking through the table for the keys as an upsert without
 * one would have to. The tables take turns, so that a machine that is busy for a while costs both
 * the same.
 *
 * <p>Nothing is compacted here, so deletion vectors grow from commit to commit, and each commit
 * writes those of all files that it touches. Two bytes for a deleted row, at most a bit for every
 * row of the file: the small table's stop growing first. The later commits show what that costs.
 */
@Tag("benchmark")
class UpsertCostITCase {

  private static final int UPDATES = 10_000;
  private static final int WARM_UP = 100;
  private static final int ROUNDS = 15;
  private static final int LATER_ROUNDS = 45;
  private static final int SCANS = 3;
  private static final int TINY = 100_000;
  private static final int SMALL = 1_000_000;
  private static final int LARGE = 10_000_000;

  @TempDir Path directory;

  /** A table under test, with the milliseconds of its rounds. */
  private record Measured(TestingUpsert upsert, int rows, double[] updates, double[] commits) {

    static Measured of(TestingUpsert upsert, int rows, int rounds) {
      return new Measured(upsert, rows, new double[rounds], new double[rounds]);
    }

    void round(int round, Random random) throws Exception {
      long started = System.nanoTime();
      for (int update = 0; update < UPDATES; update++) {
        upsert.put(id(random.nextInt(rows)), System.nanoTime(), update);
      }
      upsert.barrier();
      updates[round] = (System.nanoTime() - started) / 1e6;
      upsert.complete();
      commits[round] = upsert.commitMillis();
    }

    double first() {
      return median(Arrays.copyOf(commits, ROUNDS));
    }

    double last() {
      return median(Arrays.copyOfRange(commits, commits.length - ROUNDS, commits.length));
    }
  }

  @Test
  void aCommitCostsWhatItChangesAndNotWhatTheTableHolds() throws Exception {
    warmUp();
    Measured small;
    Measured large;
    try (TestingUpsert one = filled(SMALL);
        TestingUpsert other = filled(LARGE)) {
      small = Measured.of(one, SMALL, LATER_ROUNDS);
      large = Measured.of(other, LARGE, LATER_ROUNDS);
      Random random = new Random(1);
      for (int round = 0; round < LATER_ROUNDS; round++) {
        small.round(round, random);
        large.round(round, random);
      }
    }
    double scanned = scanned(LARGE);

    System.out.println("Milliseconds, medians of " + ROUNDS + ":");
    System.out.printf(
        "%12s %8s %8s %26s %24s%n",
        "rows", "updates", "commit", "commit after " + LATER_ROUNDS, "commit without index");
    print(small, scanned(SMALL));
    print(large, scanned);
    assertThat(scanned / large.first()).as("scan / index").isGreaterThan(10);
    assertThat(large.first() / small.first()).as("large / small").isBetween(0.7, 1.3);
  }

  private static void print(Measured table, double scanned) {
    System.out.printf(
        "%,12d %8.1f %8.1f %26.1f %24.1f%n",
        table.rows(), median(table.updates().clone()), table.first(), table.last(), scanned);
  }

  private void warmUp() throws Exception {
    Random random = new Random(1);
    try (TestingUpsert upsert = filled(TINY)) {
      Measured warmUp = Measured.of(upsert, TINY, WARM_UP);
      for (int round = 0; round < WARM_UP; round++) {
        warmUp.round(round, random);
      }
    }
  }

  /** The median time of commits by an upsert that does not know where the rows are. */
  private double scanned(int rows) throws Exception {
    Random random = new Random(rows);
    try (TestingUpsert upsert = TestingUpsert.startIgnorant(table(rows))) {
      Measured measured = Measured.of(upsert, rows, SCANS);
      for (int round = 0; round < SCANS; round++) {
        measured.round(round, random);
      }
      return median(measured.commits());
    }
  }

  private TestingUpsert filled(int rows) throws Exception {
    TestingUpsert upsert = TestingUpsert.startInRocksDb(table(rows));
    for (int row = 0; row < rows; row++) {
      upsert.put(id(row), 1, row);
    }
    upsert.commit();
    return upsert;
  }

  private Path table(int rows) {
    return directory.resolve("t" + rows);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** A random UUID, the same one for the same row. */
  private static String id(int row) {
    Random random = new Random(row * 0x9E3779B97F4A7C15L);
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
