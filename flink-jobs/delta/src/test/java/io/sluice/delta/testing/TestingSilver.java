package io.sluice.delta.testing;

import io.sluice.delta.commit.Fence;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.sink.SinkBuilder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The silver table of the demo, outside of any job: its columns, its key and its fence, two
 * writers, compaction in the background. As in the demo, one event in seventy changes one of the 64
 * trades before it, so that a commit touches files of the commit before it now and then.
 */
public final class TestingSilver implements AutoCloseable {

  private static final RowType TYPE = type();
  private static final int WRITERS = 2;
  private static final int RECENT = 64;
  private static final int TRADES_PER_CHANGE = 70;
  private static final long MICROS_PER_TRADE = 500;
  private static final Instant START = Instant.parse("2026-11-30T09:00:00Z");
  private static final int DAY = (int) LocalDate.of(2026, 11, 30).toEpochDay();
  private static final List<String> BOOKS = List.of("EQ-NY", "FX-LDN", "RATES-TKY", "CREDIT-ZRH");
  private static final List<String> CURRENCIES = List.of("USD", "EUR", "GBP", "JPY", "CHF");
  private static final List<String> VENUES = List.of("XNYS", "XNAS", "XLON", "XETR", "XTKS");

  private final Random random = new Random(13);
  private final long[] offsets = new long[WRITERS];
  private final TestingUpsert upsert;
  private int trades;

  /** Trade to the event time of its newest change. */
  private final TreeMap<String, Instant> newest = new TreeMap<>();

  public TestingSilver(Path path) throws Exception {
    this(path, SinkBuilder.DEFAULT_FILE_SIZE);
  }

  public TestingSilver(Path path, long targetFileSize) throws Exception {
    TableLayout layout =
        TestingLayout.compacted(
            TYPE,
            List.of("event_date"),
            targetFileSize,
            new UpsertKey(List.of("trade_id", "event_date"), "event_ts"));
    Fence fence =
        new Fence(
            List.of("_topic", "_partition"),
            "_offset",
            new Fence.Origin("VbfPGXkVTpOkf0GdWBQkiA", true));
    upsert = TestingUpsert.of(path, layout, fence, WRITERS);
  }

  private static RowType type() {
    LogicalType text = VarCharType.STRING_TYPE;
    Map<String, LogicalType> columns = new LinkedHashMap<>();
    columns.put("trade_id", text);
    columns.put("event_ts", new LocalZonedTimestampType(6));
    columns.put("book", text);
    columns.put("symbol", text);
    columns.put("side", text);
    columns.put("quantity", new BigIntType());
    columns.put("price", new DecimalType(18, 4));
    columns.put("position_value", new DecimalType(18, 2));
    columns.put("currency", text);
    columns.put("trader", text);
    columns.put("venue", text);
    columns.put("status", text);
    columns.put("event_date", new DateType());
    columns.put("signed_quantity", new BigIntType());
    columns.put("notional", new DecimalType(38, 4));
    columns.put("_topic", text);
    columns.put("_partition", new IntType());
    columns.put("_offset", new BigIntType());
    columns.put("_schema_id", new IntType());
    columns.put("_ingestion_time", new LocalZonedTimestampType(3));
    return RowType.of(
        columns.values().toArray(LogicalType[]::new), columns.keySet().toArray(String[]::new));
  }

  /** Some events, their commit, and the compaction that it asks for. */
  public void commit(int rows) throws Exception {
    for (int i = 0; i < rows; i++) {
      boolean change = trades > RECENT && random.nextInt(TRADES_PER_CHANGE) == 0;
      write(change ? trades - 1 - random.nextInt(RECENT) : trades++, change);
    }
    upsert.commit();
    upsert.awaitCompaction();
  }

  private void write(int trade, boolean change) throws Exception {
    String id = "T4d2-%09d".formatted(trade);
    Instant time = START.plusNanos(1_000 * MICROS_PER_TRADE * trades + (change ? 1_000 : 0));
    upsert.process(row(id, time, change ? "AMENDED" : "NEW"));
    newest.put(id, time);
  }

  private GenericRowData row(String id, Instant time, String status) {
    int quantity = 1 + random.nextInt(5000);
    BigDecimal price = BigDecimal.valueOf(100_000 + random.nextInt(4_900_000), 4);
    boolean buys = random.nextBoolean();
    BigDecimal value = price.multiply(BigDecimal.valueOf(buys ? quantity : -quantity));
    int partition = random.nextInt(WRITERS);
    List<Object> fields = new ArrayList<>();
    fields.add(text(id));
    fields.add(TimestampData.fromInstant(time));
    fields.add(text(any(BOOKS)));
    fields.add(text("S%03d".formatted(random.nextInt(200))));
    fields.add(text(buys ? "BUY" : "SELL"));
    fields.add((long) quantity);
    fields.add(DecimalData.fromBigDecimal(price, 18, 4));
    fields.add(DecimalData.fromBigDecimal(value, 18, 2));
    fields.add(text(any(CURRENCIES)));
    fields.add(random.nextInt(11) == 0 ? null : text("trader-%02d".formatted(random.nextInt(60))));
    fields.add(text(any(VENUES)));
    fields.add(text(status));
    fields.add(DAY);
    fields.add(buys ? (long) quantity : -quantity);
    fields.add(DecimalData.fromBigDecimal(value.abs(), 38, 4));
    fields.add(text("market-risk.trades.v1"));
    fields.add(partition);
    fields.add(offsets[partition]++);
    fields.add(1);
    fields.add(TimestampData.fromInstant(time.plusMillis(4)));
    return GenericRowData.of(fields.toArray());
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static StringData text(String text) {
    return StringData.fromString(text);
  }

  /** What the table must hold: trade to event time. */
  public Map<String, Instant> expected() {
    return newest;
  }

  /** What it holds; fails when a trade is there twice. */
  public Map<String, Instant> content() throws Exception {
    TreeMap<String, Instant> content = new TreeMap<>();
    for (Map<String, Object> row : upsert.table.rows()) {
      String id = (String) row.get("trade_id");
      if (content.put(id, (Instant) row.get("event_ts")) != null) {
        throw new AssertionError("trade " + id + " is in the table twice");
      }
    }
    return content;
  }

  @Override
  public void close() throws Exception {
    upsert.close();
  }
}
