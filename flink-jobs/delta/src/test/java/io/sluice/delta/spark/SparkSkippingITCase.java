package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.CompactionCandidates;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statistics of every kind of table let Spark pass over files, by its own scan metrics. */
class SparkSkippingITCase extends AsksSpark {

  private static final RowType PAIRS =
      RowType.of(
          new LogicalType[] {new BigIntType(), new BigIntType()}, new String[] {"id", "other"});

  @TempDir Path directory;

  private static void reads(Path table, String where, int files, Object... ids) throws IOException {
    String sql = "select id from t where " + where;
    assertThat(spark.filesRead(table.toString(), sql)).as("files for " + where).isEqualTo(files);
    assertThat(spark.query(table.toString(), sql))
        .extracting(row -> row.get("id"))
        .containsExactlyInAnyOrder(ids);
  }

  private static RowData[] pairs(int from, int to) {
    RowData[] rows = new RowData[to - from];
    for (int i = from; i < to; i++) {
      rows[i - from] = GenericRowData.of((long) i, (long) (i * 37 % 1000));
    }
    return rows;
  }

  @Test
  void appendedCompactedAndOrdered() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("pairs"), PAIRS);
    for (int hundred = 0; hundred < 1000; hundred += 100) {
      table.append(pairs(hundred, hundred + 100));
    }
    reads(table.path, "id = 250", 1, 250);
    reads(table.path, "id between 399 and 400", 2, 399, 400);
    reads(table.path, "id > 5000", 0);

    DeltaMaintenance.optimize(table.path.toString(), 4_000, false);
    assertThat(DeltaTables.detail(table.path.toString()).files()).isBetween(2L, 5L);
    reads(table.path, "id = 250", 1, 250);

    DeltaMaintenance.zorder(table.path.toString(), List.of("other"), 1_000, false);
    assertThat(DeltaTables.detail(table.path.toString()).files()).isGreaterThan(3);
    reads(table.path, "other = 0", 1, 0);
  }

  @Test
  void upsertedWithDeletionVectorsAndPacked() throws Exception {
    Path path = directory.resolve("upserts");
    try (TestingUpsert upsert = TestingUpsert.compacting(path, null, "day")) {
      for (int commit = 0; commit < CompactionCandidates.FAN_IN - 1; commit++) {
        for (int row = 0; row < 10; row++) {
          upsert.put("k%03d".formatted(10 * commit + row), "d", 1, 10 * commit + row);
        }
        upsert.commit();
      }
      for (int commit = 0; commit < 3; commit++) {
        upsert.put("k%03d".formatted(20 + commit), "e", 1, 0);
        upsert.put("k%03d".formatted(20 + commit), "d", 2, 1000 + commit);
        upsert.delete("k03" + commit, "d", 2);
      }
      reads(path, "id = 'k041' and day = 'd'", 1, "k041");
      reads(path, "amount = 25", 1, "k025");
      reads(path, "day = 'e'", 0);
      upsert.commit();
      reads(path, "day = 'e'", 1, "k020", "k021", "k022");
      reads(path, "day = 'd' and amount >= 1000", 1, "k020", "k021", "k022");
      reads(path, "id = 'k030'", 1);

      upsert.awaitCompaction();
      Map<String, Object> rows = spark.query(path.toString(), "select count(*) as n from t").get(0);
      assertThat(rows).containsEntry("n", upsert.content().size());
      reads(path, "amount > 5000", 0);
      reads(path, "day = 'd' and id = 'k069'", 1, "k069");
    }
  }
}
