package io.sluice.delta.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reading a table after an hour of upserts, a commit per second, with compaction in the background,
 * against reading the same rows freshly written. The hour is not waited for: a second between two
 * commits passes only while a compaction is at work, which then sees as many commits go by as it
 * would.
 */
@Tag("benchmark")
class ReadAfterUpsertsITCase {

  private static final int ROWS = 1_000_000;
  private static final int COMMITS = 3_600;
  private static final int UPDATES = 500;
  private static final int READS = 15;

  @TempDir Path directory;

  private long lastCommit = System.nanoTime();

  @Test
  void readsAlmostLikeAFreshTable() throws Exception {
    Path path = directory.resolve("upserts");
    Random random = new Random(1);
    int files;
    long[] rows;
    try (TestingUpsert upsert = TestingUpsert.compacting(path, null)) {
      for (int row = 0; row < ROWS; row++) {
        upsert.put("key-" + row, 1, row);
      }
      upsert.commit();
      for (int commit = 0; commit < COMMITS; commit++) {
        for (int update = 0; update < UPDATES; update++) {
          upsert.put("key-" + random.nextInt(ROWS), 2 + commit, update);
        }
        pace(upsert);
        upsert.commit();
      }
      files = upsert.files();
      rows = upsert.rowsAndDeleted();
    }
    TestingTable fresh = copy(path);

    double[] used = new double[READS];
    double[] compacted = new double[READS];
    for (int i = -3; i < READS; i++) {
      double one = read(path);
      double other = read(fresh.path);
      if (i >= 0) {
        used[i] = one;
        compacted[i] = other;
      }
    }
    double ratio = median(used) / median(compacted);
    System.out.printf(
        "%,d rows and %,d deleted ones after %,d commits of %d updates, %d files: read in %.0f ms; freshly written in %.0f ms; %.2f times%n",
        rows[0], rows[1], COMMITS, UPDATES, files, median(used), median(compacted), ratio);
    assertThat(ratio).isLessThan(1.3);
  }

  private void pace(TestingUpsert upsert) {
    long next = lastCommit + 1_000_000_000;
    while (upsert.isCompacting() && System.nanoTime() < next) {
      LockSupport.parkNanos(1_000_000);
    }
    lastCommit = System.nanoTime();
  }

  private TestingTable copy(Path path) throws Exception {
    TestingTable fresh =
        new TestingTable(directory.resolve("fresh"), TestingUpsert.TYPE, List.of(), 128L << 20);
    try (DeltaWriter writer = fresh.writer(0);
        Stream<Map<String, Object>> rows =
            DeltaTables.rows(path.toString(), OptionalLong.empty(), List.of(), -1)) {
      for (Map<String, Object> row : (Iterable<Map<String, Object>>) rows::iterator) {
        writer.write(
            GenericRowData.of(
                StringData.fromString((String) row.get("id")),
                StringData.fromString((String) row.get("day")),
                row.get("version"),
                row.get("amount")),
            null);
      }
      fresh.commit(fresh.committable("once", 1, -1, writer.prepareCommit().iterator().next()));
    }
    return fresh;
  }

  private static double read(Path table) throws Exception {
    long started = System.nanoTime();
    long[] sum = new long[1];
    long rows =
        DeltaTables.scan(
            table.toString(),
            OptionalLong.empty(),
            List.of("id", "day", "version", "amount"),
            row -> {
              sum[0] += row.getLong(3) + row.getString(0).length();
              return true;
            });
    assertThat(rows).isEqualTo(ROWS);
    assertThat(sum[0]).isPositive();
    return (System.nanoTime() - started) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
