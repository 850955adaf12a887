package io.sluice.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** Kafka records of one order per second; every tenth is a repetition, every hundredth no Avro. */
final class TestingOrders {
  static final int RECORDS = 1_000;
  static final Path DEFINITIONS = Path.of("src/test/resources/orders");

  private static final long FOR_EVER = Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();
  private static final long LONG_AGO = Instant.parse("-0043-03-15T00:00:00Z").toEpochMilli();
  private static final List<Long> UNTIL =
      List.of(Long.MAX_VALUE, Long.MIN_VALUE, FOR_EVER, LONG_AGO, Long.MAX_VALUE / 1000);

  private TestingOrders() {}

  /** An order of the first schema, with the amount 1.25 in the shop {@code north}. */
  static RowData record(long index) {
    return GenericRowData.of(
        StringData.fromString("orders.v1"),
        0,
        index,
        TimestampData.fromEpochMillis(index * 1_000),
        null,
        value(index),
        new GenericArrayData(new Object[0]));
  }

  static RowData record(long index, String shop) {
    GenericRowData record = (GenericRowData) record(index);
    if (index % 100 != 50) {
      record.setField(5, value(index, 1, schema(), "", shop));
    }
    return record;
  }

  /** From the middle on every third producer has a schema with one more field. */
  static RowData evolving(long index) {
    boolean evolved = index >= RECORDS / 2 && index % 3 == 0;
    GenericRowData record = (GenericRowData) record(index);
    if (evolved && index % 100 != 50) {
      record.setField(5, value(index, 2, TestingEdges.evolved(schema())));
    }
    return record;
  }

  /** Three schemas with a field of one name: an int, a long and a string. */
  static RowData coded(long index) {
    GenericRowData record = (GenericRowData) record(index);
    if (index % 100 != 50) {
      int schemaId = 5 + (int) (index % 3);
      Object code =
          switch (schemaId) {
            case 5 -> (int) index;
            // Every thirtieth is no int.
            case 6 -> index % 10 == 7 ? index << 32 : index;
            default -> "code-" + index;
          };
      Schema schema =
          TestingEdges.coded(schema(), schemaId == 5 ? "int" : schemaId == 6 ? "long" : "string");
      record.setField(5, value(index, schemaId, schema, code));
    }
    return record;
  }

  /** Two schemas: an int, and from the middle on a long; every tenth is no int then. */
  static RowData widened(long index) {
    GenericRowData record = (GenericRowData) record(index);
    if (index % 100 != 50) {
      boolean wide = index >= RECORDS / 2;
      Object code = wide ? (Object) widenedCode(index) : (Object) (int) index;
      Schema schema = TestingEdges.coded(schema(), wide ? "long" : "int");
      record.setField(5, value(index, wide ? 6 : 5, schema, code));
    }
    return record;
  }

  /** Some of a producer whose schema would not pass our checks, valid until times far away. */
  static RowData strange(long index) {
    GenericRowData record = (GenericRowData) record(index);
    if (index % 100 == 7) {
      Schema.Parser parser = new Schema.Parser().setValidate(false).setValidateDefaults(false);
      Schema last = null;
      for (String text : TestingEdges.strange(schema())) {
        last = parser.parse(text);
      }
      Schema customer = parser.getTypes().get("cases.Customer");
      GenericRecord buyer = new GenericData.Record(customer);
      buyer.put("name", "buyer-" + index);
      GenericRecord order = new GenericData.Record(last);
      order.put("customer", buyer);
      order.put("old-name", 7);
      order.put("until", until(index));
      record.setField(5, value(index, 8, order, "north", new BigDecimal("1.25")));
    }
    return record;
  }

  /** Until when a strange order is valid, in milliseconds. */
  static long until(long index) {
    return UNTIL.get((int) (index / 100) % UNTIL.size());
  }

  static long widenedCode(long index) {
    return index >= RECORDS / 2 && index % 10 == 7 ? index << 32 : index;
  }

  /** One order has the amount 0. */
  static RowData poisoned(long index) {
    GenericRowData record = (GenericRowData) record(index);
    if (index == 107) {
      record.setField(5, value(index, 1, schema(), null, "north", BigDecimal.ZERO.setScale(2)));
    }
    return record;
  }

  static Schema schema() {
    try {
      return new Schema.Parser().parse(DEFINITIONS.resolve("orders.avsc").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] value(long index) {
    return index % 100 == 50 ? new byte[] {0, 0, 0, 0, 1, 2} : value(index, 1, schema());
  }

  private static byte[] value(long index, int schemaId, Schema schema) {
    return value(index, schemaId, schema, "venue-" + index);
  }

  /**
   * @param added the value of the first field, unless the schema has id 1
   */
  private static byte[] value(long index, int schemaId, Schema schema, Object added) {
    return value(index, schemaId, schema, added, "north");
  }

  private static byte[] value(long index, int schemaId, Schema schema, Object added, String shop) {
    return value(index, schemaId, schema, added, shop, new BigDecimal("1.25"));
  }

  private static byte[] value(
      long index, int schemaId, Schema schema, Object added, String shop, BigDecimal amount) {
    GenericRecord order = new GenericData.Record(schema);
    if (schemaId != 1) {
      order.put(0, added);
    }
    return value(index, schemaId, order, shop, amount);
  }

  private static byte[] value(
      long index, int schemaId, GenericRecord order, String shop, BigDecimal amount) {
    long id = index % 10 == 9 ? index - 1 : index;
    try {
      order.put("id", "order-" + id);
      order.put("ts", index * 1_000);
      order.put("amount", ByteBuffer.wrap(amount.unscaledValue().toByteArray()));
      order.put("shop", shop);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(new byte[] {0, 0, 0, 0, (byte) schemaId});
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(order.getSchema()).write(order, encoder);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
