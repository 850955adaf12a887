package io.sluice.cli.demo;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.sluice.cli.demo.ExpectedResults.Bucket;
import io.sluice.cli.demo.ExpectedResults.Exposure;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the tables of the lake hold, read through Delta Kernel. */
final class LakeFindings {
  private final DeltaKernel kernel;
  private final Names.Tables tables;

  LakeFindings(DeltaKernel kernel, Names.Tables tables) {
    this.kernel = kernel;
    this.tables = tables;
  }

  /**
   * The records of a table by their Kafka coordinates.
   *
   * @param rows more than records when one is there twice
   */
  record Coordinates(Offsets records, long rows) {}

  Coordinates bronze() {
    return coordinates(kernel.table(tables.bronze()), List.of("partition", "offset"));
  }

  Coordinates silver() {
    return coordinates(kernel.table(tables.silver()), List.of("_partition", "_offset"));
  }

  private static Coordinates coordinates(LakeTable table, List<String> columns) {
    var records = new Offsets();
    long rows =
        table.scan(
            columns, (column, row) -> records.add(column[0].getInt(row), column[1].getLong(row)));
    return new Coordinates(records, rows);
  }

  /** Rule to number of rejects. */
  SortedMap<String, Long> rejected() {
    var counts = new TreeMap<String, Long>();
    kernel
        .table(tables.quarantine())
        .scan(
            List.of("rule"),
            (column, row) -> counts.merge(column[0].getString(row), 1L, Long::sum));
    return counts;
  }

  long late() {
    return kernel.table(tables.late()).scan(List.of("_offset"), (column, row) -> {});
  }

  /**
   * The sums over all rows of the ledger.
   *
   * @param gap the sum of the absolute gaps
   */
  record Ledger(long consumed, long silver, long rejected, long duplicates, long gap) {}

  Ledger ledger() {
    long[] sums = new long[5];
    kernel
        .table(tables.ledger())
        .scan(
            List.of("consumed", "silver", "rejected", "duplicates", "gap"),
            (column, row) -> {
              for (int i = 0; i < sums.length; i++) {
                long value = column[i].getLong(row);
                sums[i] += i == 4 ? Math.abs(value) : value;
              }
            });
    return new Ledger(sums[0], sums[1], sums[2], sums[3], sums[4]);
  }

  /**
   * The rows of the window view.
   *
   * @param rows more than keys when a window was written twice
   */
  record Exposures(Map<Bucket, Exposure> byKey, long rows) {}

  Exposures gold() {
    var byKey = new TreeMap<Bucket, Exposure>();
    long rows =
        kernel
            .table(tables.gold())
            .scan(
                List.of(
                    "book", "currency", "window_start", "gross_notional", "net_quantity", "trades"),
                (column, row) ->
                    byKey.put(
                        new Bucket(
                            column[0].getString(row),
                            column[1].getString(row),
                            column[2].getLong(row) / 1000),
                        new Exposure(
                            number(column[3], row),
                            number(column[4], row).longValueExact(),
                            number(column[5], row).longValueExact())));
    return new Exposures(byKey, rows);
  }

  /** A number whatever its type. */
  private static BigDecimal number(ColumnVector column, int row) {
    if (column.getDataType() instanceof DecimalType) {
      return column.getDecimal(row);
    }
    if (column.getDataType() instanceof LongType) {
      return BigDecimal.valueOf(column.getLong(row));
    }
    if (column.getDataType() instanceof IntegerType) {
      return BigDecimal.valueOf(column.getInt(row));
    }
    return BigDecimal.valueOf(column.getDouble(row));
  }
}
