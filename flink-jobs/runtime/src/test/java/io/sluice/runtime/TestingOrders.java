package io.sluice.runtime;

import io.sluice.definition.edit.ViewStart;
import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Contract;
import io.sluice.definition.model.Dataset;
import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.View;
import io.sluice.definition.model.Window;
import io.sluice.runtime.aggregate.ViewLayout;
import io.sluice.runtime.silver.SilverLayout;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** A small dataset of orders: id, ts, amount, shop. */
public final class TestingOrders {
  public static final String TOPIC = "orders.v1";

  public static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Order", "fields": [
                {"name": "id", "type": ["null", "string"]},
                {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
                {"name": "shop", "type": "string"}]}
              """);

  public static final ColumnType AMOUNT = new ColumnType.Decimal(10, 2);

  public static final Pipeline.EventTime EVENT_TIME =
      new Pipeline.EventTime(
          "ts", Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofDays(1));

  private TestingOrders() {}

  public static Dataset dataset(Expectation... expectations) {
    return new Dataset(
        "orders",
        "shop",
        SCHEMA,
        List.of(
            new Column("id", Simple.STRING, true),
            new Column("ts", Simple.TIMESTAMP_MILLIS, false),
            new Column("amount", AMOUNT, false),
            new Column("shop", Simple.STRING, false)),
        new Contract("shop.orders", "1.0.0", List.of("id"), List.of(expectations)));
  }

  public static SilverLayout layout(Expectation... expectations) {
    return new SilverLayout(dataset(expectations), List.of());
  }

  /** A view that counts from the first record on. */
  public static ViewLayout layout(View view, SilverLayout silver) {
    return new ViewLayout(view, silver, ViewStart.FIRST, false);
  }

  /** One-minute windows per shop with ten seconds of allowed lateness. */
  public static View windowView() {
    return windowView(Duration.ofMinutes(1));
  }

  public static View windowView(Duration size) {
    return windowView("by_shop", size, Duration.ofSeconds(10), aggregates());
  }

  public static View windowView(
      String name, Duration size, Duration lateness, List<Aggregate> aggregates) {
    return new View.Windowed(
        name,
        "orders",
        List.of("shop"),
        new Window.Tumbling(size, lateness),
        aggregates,
        Set.of(),
        Pipeline.SchemaChanges.EVOLVE);
  }

  public static View runningView() {
    return runningView("by_shop", aggregates());
  }

  public static View runningView(String name, List<Aggregate> aggregates) {
    return new View.Running(name, "orders", List.of("shop"), aggregates, Set.of());
  }

  private static List<Aggregate> aggregates() {
    Expression amount = new Expression.ColumnRef("amount", AMOUNT);
    return List.of(
        new Aggregate("total", Aggregate.Function.SUM, amount, new ColumnType.Decimal(38, 2)),
        new Aggregate("orders", Aggregate.Function.COUNT, null, Simple.LONG),
        new Aggregate("mean", Aggregate.Function.AVG, amount, new ColumnType.Decimal(38, 6)),
        new Aggregate(
            "last",
            Aggregate.Function.MAX,
            new Expression.ColumnRef("id", Simple.STRING),
            Simple.STRING));
  }

  /** A raw record whose Kafka timestamp is given. */
  public static RowData raw(int partition, long offset, long arrival, byte[] value) {
    return GenericRowData.of(
        StringData.fromString(TOPIC),
        partition,
        offset,
        TimestampData.fromEpochMillis(arrival),
        "key".getBytes(StandardCharsets.UTF_8),
        value,
        new GenericArrayData(
            new Object[] {
              GenericRowData.of(StringData.fromString("h"), new byte[] {1}),
              GenericRowData.of(StringData.fromString("h"), null)
            }));
  }

  public static RowData announcement(int partition) {
    return GenericRowData.of(
        StringData.fromString(TOPIC),
        partition,
        -1L,
        TimestampData.fromEpochMillis(0),
        null,
        null,
        new GenericArrayData(new Object[0]));
  }

  /** A working row, as decode would make it. */
  public static GenericRowData working(
      SilverLayout layout, int partition, long offset, String id, long ts, String amount) {
    GenericRowData row = new GenericRowData(layout.workingType().getFieldCount());
    fill(row, layout, partition, offset, id, ts, amount);
    row.setField(layout.raw(), raw(partition, offset, ts, new byte[] {0}));
    return row;
  }

  public static GenericRowData workingAnnouncement(SilverLayout layout, int partition) {
    GenericRowData row = new GenericRowData(layout.workingType().getFieldCount());
    row.setField(layout.raw(), announcement(partition));
    return row;
  }

  /** A stream row that carries a partition watermark. */
  public static GenericRowData stream(
      SilverLayout layout, long offset, String id, long ts, String amount, long watermark) {
    GenericRowData row = new GenericRowData(layout.streamType().getFieldCount());
    fill(row, layout, 0, offset, id, ts, amount);
    row.setField(layout.watermark(), watermark);
    return row;
  }

  private static void fill(
      GenericRowData row,
      SilverLayout layout,
      int partition,
      long offset,
      String id,
      long ts,
      String amount) {
    row.setField(0, id == null ? null : StringData.fromString(id));
    row.setField(1, TimestampData.fromEpochMillis(ts));
    row.setField(2, decimal(amount, 10));
    row.setField(3, StringData.fromString("north"));
    row.setField(layout.topic(), StringData.fromString(TOPIC));
    row.setField(layout.partition(), partition);
    row.setField(layout.offset(), offset);
    row.setField(layout.schemaId(), 7);
    row.setField(layout.ingestionTime(), TimestampData.fromEpochMillis(ts));
    row.setField(layout.watermark(), Long.MIN_VALUE);
  }

  public static DecimalData decimal(String number, int precision) {
    BigDecimal value = new BigDecimal(number);
    return DecimalData.fromBigDecimal(value, precision, value.scale());
  }
}
