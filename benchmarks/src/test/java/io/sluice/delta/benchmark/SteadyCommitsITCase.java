package io.sluice.delta.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand commits, one after the other, of random updates: neither the number of files nor the
 * time of a commit grows. What the virtual machine has to learn it learns from a table before.
 */
@Tag("benchmark")
class SteadyCommitsITCase {

  private static final int COMMITS = 1000;
  private static final int WARM_UP = 1000;
  private static final int HUNDRED = 100;
  private static final int ROWS = 1000;
  private static final int KEYS = 100_000;
  private static final long PAUSE_NANOS = 100_000_000;
  private static final int MAX_FILES = 60;
  private static final double TOLERANCE = 0.2;

  @TempDir Path directory;

  private final Random random = new Random(1);
  private final double[] millis = new double[COMMITS];
  private final long[] files = new long[COMMITS];

  @Test
  void aThousandCommitsCostTheSame() throws Exception {
    commit("warm", WARM_UP, PAUSE_NANOS / 20);
    commit("t", COMMITS, PAUSE_NANOS);
    System.out.printf(
        "%8s %10s %10s %10s %10s%n", "commits", "p50 ms", "p90 ms", "p99 ms", "files");
    for (int from = 0; from < COMMITS; from += HUNDRED) {
      System.out.printf(
          "%8d %10.1f %10.1f %10.1f %10d%n",
          from + HUNDRED,
          percentile(from, 50),
          percentile(from, 90),
          percentile(from, 99),
          Arrays.stream(files, from, from + HUNDRED).max().getAsLong());
    }
    assertThat(Arrays.stream(files).max().getAsLong()).isLessThan(MAX_FILES);
    double usual = medianHundred(99);
    assertThat(percentile(COMMITS - HUNDRED, 99))
        .as("p99 of the last hundred; first %.1f, median %.1f", percentile(0, 99), usual)
        .isBetween((1 - TOLERANCE) * usual, (1 + TOLERANCE) * usual);
  }

  private void commit(String table, int commits, long pause) throws Exception {
    try (TestingUpsert upsert = TestingUpsert.compacting(directory.resolve(table), null)) {
      for (int i = 0; i < commits; i++) {
        for (int row = 0; row < ROWS; row++) {
          upsert.put("key-" + random.nextInt(KEYS), System.nanoTime(), i);
        }
        upsert.commit();
        millis[i] = upsert.commitMillis();
        files[i] = upsert.files();
        LockSupport.parkNanos(pause);
      }
    }
  }

  private double percentile(int from, int percent) {
    double[] hundred = Arrays.copyOfRange(millis, from, from + HUNDRED);
    Arrays.sort(hundred);
    return hundred[percent - 1];
  }

  private double medianHundred(int percent) {
    double[] all = new double[COMMITS / HUNDRED];
    Arrays.setAll(all, hundred -> percentile(hundred * HUNDRED, percent));
    Arrays.sort(all);
    return all[all.length / 2];
  }
}
