package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand commits, one after the other, of random updates: neither the number of files nor the
 * time of a commit grows.
 */
@Tag("benchmark")
class SteadyCommitsITCase {

  private static final int COMMITS = 1000;
  private static final int WARM_UP = 200;
  private static final int ROWS = 1000;
  private static final int KEYS = 100_000;
  private static final long PAUSE_NANOS = 200_000_000;

  @TempDir Path directory;

  @Test
  void aThousandCommitsCostTheSame() throws Exception {
    Random random = new Random(1);
    double[] millis = new double[COMMITS];
    long[] files = new long[COMMITS];
    try (TestingUpsert upsert = TestingUpsert.compacting(directory.resolve("t"), null)) {
      for (int i = -WARM_UP; i < COMMITS; i++) {
        for (int row = 0; row < ROWS; row++) {
          upsert.put("key-" + random.nextInt(KEYS), System.nanoTime(), i);
        }
        upsert.commit();
        if (i >= 0) {
          millis[i] = upsert.commitMillis();
          files[i] = upsert.files();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    System.out.printf(
        "%8s %10s %10s %10s %10s%n", "commits", "p50 ms", "p90 ms", "p99 ms", "files");
    for (int from = 0; from < COMMITS; from += 100) {
      System.out.printf(
          "%8d %10.1f %10.1f %10.1f %10d%n",
          from + 100,
          percentile(millis, from, 50),
          percentile(millis, from, 90),
          percentile(millis, from, 99),
          Arrays.stream(files, from, from + 100).max().getAsLong());
    }
    double first = percentile(millis, 0, 99);
    double last = percentile(millis, COMMITS - 100, 99);
    assertThat(Arrays.stream(files).max().getAsLong()).isLessThan(60);
    assertThat(last).isLessThan(1.2 * first);
  }

  private static double percentile(double[] all, int from, int percent) {
    double[] hundred = Arrays.copyOfRange(all, from, from + 100);
    Arrays.sort(hundred);
    return hundred[percent - 1];
  }
}
