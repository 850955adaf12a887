package io.sluice.delta.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an upsert's index that forgets costs over more than ten times its retention: a commit brings
 * {@value #NEW} new random keys and changes {@value #CHANGED} of the last day. Once the table is
 * partitioned by the day, which is part of the key; once it is not, so that a new key could be in
 * any old file. Small files are packed in the background, the index is in RocksDB.
 */
@Tag("benchmark")
class ForgettingIndexITCase {

  private static final int NEW = 5_000;
  private static final int CHANGED = 500;
  private static final int COMMITS_PER_DAY = 10;
  private static final int RETAIN_DAYS = 3;
  private static final int PERIODS = 12;

  @TempDir Path directory;

  /** Of one retention. */
  private record Period(double commit, double rows, long entries, int files) {}

  @Test
  void stateAndCommitsStayTheSame() throws Exception {
    run("warm-up", 2, Duration.ofDays(RETAIN_DAYS));
    List<Period> forgetting = run("by day", PERIODS, Duration.ofDays(RETAIN_DAYS), "day");
    List<Period> scattered = run("not partitioned", PERIODS, Duration.ofDays(RETAIN_DAYS));
    run("not partitioned, never forgets", PERIODS, null);

    for (List<Period> run : List.of(forgetting, scattered)) {
      Period early = run.get(2);
      Period late = run.get(run.size() - 1);
      assertThat((double) late.entries() / early.entries()).as("state").isBetween(0.9, 1.1);
      assertThat(late.commit() / early.commit()).as("commits").isLessThan(1.5);
    }
  }

  private List<Period> run(String name, int periods, Duration retain, String... partitions)
      throws Exception {
    Random random = new Random(1);
    TestingUpsert.Time time = new TestingUpsert.Time();
    List<Period> measured = new ArrayList<>();
    String[] lastDay = new String[NEW * COMMITS_PER_DAY];
    long version = 0;
    System.out.printf(
        "%s%n%8s %12s %12s %12s %8s %8s%n",
        name, "period", "commit (ms)", "p90 (ms)", "rows (ms)", "entries", "files");
    try (TestingUpsert upsert =
        TestingUpsert.forgetting(
            directory.resolve(name), retain, time, true, null, 1, partitions)) {
      for (int period = 0; period < periods; period++) {
        double[] commits = new double[RETAIN_DAYS * COMMITS_PER_DAY];
        double[] rows = new double[commits.length];
        for (int commit = 0; commit < commits.length; commit++) {
          int day = period * RETAIN_DAYS + commit / COMMITS_PER_DAY;
          int inDay = commit % COMMITS_PER_DAY;
          long started = System.nanoTime();
          for (int i = 0; i < NEW; i++) {
            String id = new UUID(random.nextLong(), random.nextLong()).toString();
            upsert.put(id, "d" + day, ++version, i);
            lastDay[inDay * NEW + i] = id;
          }
          for (int i = 0; i < CHANGED; i++) {
            String id = lastDay[random.nextInt((inDay + 1) * NEW)];
            upsert.put(id, "d" + day, ++version, i);
          }
          upsert.barrier();
          rows[commit] = (System.nanoTime() - started) / 1e6;
          upsert.complete();
          commits[commit] = upsert.commitMillis();
          upsert.pass(Duration.ofDays(1).dividedBy(COMMITS_PER_DAY));
        }
        Arrays.sort(commits);
        Arrays.sort(rows);
        Period now =
            new Period(
                commits[commits.length / 2],
                rows[rows.length / 2],
                upsert.entries(),
                upsert.files());
        measured.add(now);
        System.out.printf(
            "%8d %12.1f %12.1f %12.1f %,8d %8d%n",
            period,
            now.commit(),
            commits[commits.length * 9 / 10],
            now.rows(),
            now.entries(),
            now.files());
      }
    }
    return measured;
  }
}
