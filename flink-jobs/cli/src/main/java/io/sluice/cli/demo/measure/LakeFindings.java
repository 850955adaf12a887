package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.ExpectedResults.Bucket;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.cli.demo.trade.Offsets;
import io.sluice.cli.text.CommandFailure;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.RowView;
import io.sluice.delta.table.RowVisitor;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the tables of the lake hold, read without the job. */
public final class LakeFindings {
  private final Names.Tables tables;

  public LakeFindings(Names.Tables tables) {
    this.tables = tables;
  }

  /**
   * The records of a table by their Kafka coordinates.
   *
   * @param rows more than records when one is there twice
   */
  public record Coordinates(Offsets records, long rows) {}

  public Coordinates bronze() {
    return coordinates(tables.bronze(), List.of("partition", "offset"));
  }

  Coordinates silver() {
    return coordinates(tables.silver(), List.of("_partition", "_offset"));
  }

  private static Coordinates coordinates(String table, List<String> columns) {
    var records = new Offsets();
    long rows =
        scan(
            table,
            columns,
            row -> {
              records.add((int) row.getLong(0), row.getLong(1));
              return true;
            });
    return new Coordinates(records, rows);
  }

  /** Rule to number of rejects. */
  public SortedMap<String, Long> rejected() {
    var counts = new TreeMap<String, Long>();
    scan(
        tables.quarantine(),
        List.of("rule"),
        row -> {
          counts.merge(row.getString(0), 1L, Long::sum);
          return true;
        });
    return counts;
  }

  public long late() {
    return scan(tables.late(), List.of("_offset"), row -> true);
  }

  /**
   * The sums over all rows of the ledger.
   *
   * @param gap the sum of the absolute gaps, of records and of the events of views
   */
  public record Ledger(long consumed, long silver, long rejected, long duplicates, long gap) {
    static final List<String> COLUMNS =
        List.of("consumed", "silver", "rejected", "duplicates", "gap", "views");

    Ledger plus(RowView row) {
      return new Ledger(
          consumed + row.getLong(0),
          silver + row.getLong(1),
          rejected + row.getLong(2),
          duplicates + row.getLong(3),
          gap + Math.abs(row.getLong(4)) + viewsGap(row));
    }

    /** Rows of older versions say nothing about views. */
    private static long viewsGap(RowView row) {
      return row.isNull(5)
          ? 0
          : ((Map<?, ?>) row.getValue(5))
              .values().stream()
                  .mapToLong(view -> Math.abs((Long) ((Map<?, ?>) view).get("gap")))
                  .sum();
    }
  }

  public Ledger ledger() {
    var sum = new Ledger[] {new Ledger(0, 0, 0, 0, 0)};
    scan(
        tables.ledger(),
        Ledger.COLUMNS,
        row -> {
          sum[0] = sum[0].plus(row);
          return true;
        });
    return sum[0];
  }

  /**
   * The rows of the window view.
   *
   * @param rows more than keys when a window was written twice
   */
  public record Exposures(Map<Bucket, Exposure> byKey, long rows) {}

  public Exposures gold() {
    var byKey = new TreeMap<Bucket, Exposure>();
    long rows =
        scan(
            tables.gold(),
            List.of("book", "currency", "window_start", "gross_notional", "net_quantity", "trades"),
            row -> {
              byKey.put(
                  new Bucket(row.getString(0), row.getString(1), row.getLong(2) / 1000),
                  new Exposure(
                      number(row, 3),
                      number(row, 4).longValueExact(),
                      number(row, 5).longValueExact()));
              return true;
            });
    return new Exposures(byKey, rows);
  }

  /** A number, whatever its type. */
  private static BigDecimal number(RowView row, int column) {
    return new BigDecimal(row.getValue(column).toString());
  }

  /** A table without a first version has no rows. */
  private static long scan(String table, List<String> columns, RowVisitor visitor) {
    try {
      if (!DeltaTables.exists(table)) {
        return 0;
      }
      return DeltaTables.scan(table, OptionalLong.empty(), columns, visitor);
    } catch (IOException e) {
      throw new CommandFailure(
          "The table %s cannot be read: %s.".formatted(table, e.getMessage()), e);
    }
  }
}
