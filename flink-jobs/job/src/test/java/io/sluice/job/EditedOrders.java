package io.sluice.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
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

/** The records of an edited pipeline, and the rows that its views must have of them. */
final class EditedOrders {
  private static final Path DEFINITIONS = Path.of("src/test/resources/orders");

  /** One order per second; every tenth repeats the order before it. */
  static final int RECORDS = 1_000;

  private EditedOrders() {}

  static RowData order(long index) {
    return GenericRowData.of(
        StringData.fromString("orders.v1"),
        0,
        index,
        TimestampData.fromEpochMillis(index * 1_000),
        null,
        value((int) index),
        new GenericArrayData(new Object[0]));
  }

  static boolean repeats(int index) {
    return index % 10 == 9;
  }

  static BigDecimal amount(int index) {
    return new BigDecimal("1.25").add(new BigDecimal(index % 7));
  }

  static int shop(int index) {
    return index % 3;
  }

  static byte[] value(int index) {
    try {
      Schema schema = new Schema.Parser().parse(DEFINITIONS.resolve("orders.avsc").toFile());
      GenericRecord order = new GenericData.Record(schema);
      order.put("id", "order-" + (repeats(index) ? index - 1 : index));
      order.put("ts", index * 1_000L);
      order.put("amount", ByteBuffer.wrap(amount(index).unscaledValue().toByteArray()));
      order.put("shop", "shop-" + shop(index));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(new byte[] {0, 0, 0, 0, 1});
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(schema).write(order, encoder);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows of a window view as text, computed from the records. */
  static Map<String, String> windows(int size, int since, IntPredicate counts) {
    Map<String, BigDecimal> sums = new TreeMap<>();
    Map<String, Integer> orders = new TreeMap<>();
    for (int index = 0; index < RECORDS; index++) {
      int start = index / size * size;
      if (start >= since && counts.test(index)) {
        String row = "shop-" + shop(index) + "@" + start;
        sums.merge(row, amount(index), BigDecimal::add);
        orders.merge(row, 1, Integer::sum);
      }
    }
    Map<String, String> rows = new TreeMap<>();
    sums.forEach((row, sum) -> rows.put(row, sum + "/" + orders.get(row)));
    return rows;
  }

  static Map<String, String> allWindows() {
    return windows(60, 0, index -> !repeats(index));
  }

  static BigDecimal twice(int shop, int from, int to) {
    return IntStream.range(from, to)
        .filter(index -> shop(index) == shop && !repeats(index))
        .mapToObj(index -> amount(index).multiply(BigDecimal.valueOf(2)))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
