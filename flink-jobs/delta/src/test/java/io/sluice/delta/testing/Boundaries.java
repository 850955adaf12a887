package io.sluice.delta.testing;

import io.sluice.delta.table.DeltaTables;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The values at the edges of every type, one column per type. Row {@code id} holds the value {@code
 * id} of each column; short columns begin again.
 */
public final class Boundaries {

  private static final Map<String, LogicalType> TYPES = new LinkedHashMap<>();
  private static final Map<String, List<Object>> VALUES = new LinkedHashMap<>();

  /** What a table may be partitioned by. */
  public static final List<String> PARTITIONS =
      List.of(
          "flag",
          "tiny",
          "small",
          "whole",
          "big",
          "money",
          "price",
          "huge",
          "tail",
          "text",
          "day",
          "local_time",
          "instant");

  private Boundaries() {}

  static {
    column("flag", new BooleanType(), true, false, null);
    column("tiny", new TinyIntType(), Byte.MIN_VALUE, (byte) 0, Byte.MAX_VALUE, null);
    column("small", new SmallIntType(), Short.MIN_VALUE, (short) -1, Short.MAX_VALUE, null);
    column("whole", new IntType(), Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE, null);
    column("big", new BigIntType(), Long.MIN_VALUE, -1L, 0L, (1L << 53) + 1, Long.MAX_VALUE, null);
    column(
        "single",
        new FloatType(),
        Float.NEGATIVE_INFINITY,
        -Float.MAX_VALUE,
        -0.0f,
        0.0f,
        Float.MIN_VALUE,
        0.1f,
        Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NaN,
        null);
    column(
        "number",
        new DoubleType(),
        Double.NEGATIVE_INFINITY,
        -Double.MAX_VALUE,
        -0.0,
        0.0,
        Double.MIN_VALUE,
        0.1,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NaN,
        null);
    decimals("money", 7, 2);
    decimals("price", 18, 18);
    decimals("huge", 38, 0);
    decimals("tail", 38, 38);
    column("text", VarCharType.STRING_TYPE, texts());
    column(
        "bytes",
        new VarBinaryType(VarBinaryType.MAX_LENGTH),
        new byte[0],
        new byte[] {0},
        new byte[] {-1, -128, 127},
        null);
    column("day", new DateType(), days());
    column("local_time", new TimestampType(6), times());
    column("instant", new LocalZonedTimestampType(6), times());
  }

  private static void column(String name, LogicalType type, Object... values) {
    TYPES.put(name, type);
    VALUES.put(name, Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values))));
  }

  private static void decimals(String name, int precision, int scale) {
    BigInteger greatest = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    Object[] values =
        List.of(
                greatest.negate(),
                BigInteger.ONE.negate(),
                BigInteger.ZERO,
                BigInteger.ONE,
                greatest)
            .stream()
            .map(unscaled -> new BigDecimal(unscaled, scale))
            .map(number -> DecimalData.fromBigDecimal(number, precision, scale))
            .toArray();
    column(name, new DecimalType(precision, scale), Arrays.copyOf(values, values.length + 1));
  }

  private static Object[] texts() {
    List<Object> values = new ArrayList<>();
    for (String text :
        new String[] {
          "",
          "a",
          "A",
          " a ",
          "__HIVE_DEFAULT_PARTITION__",
          "null",
          "%",
          "%41",
          "%25%2F",
          "a/b=c",
          "a:b+c d",
          "..",
          ".",
          "two\nlines\r\tand a tab",
          "\u0000",
          "\\\"'",
          "\uD83D\uDE00",
          "\uFFFF",
          "e\u0301 \u00e9",
          "x".repeat(32),
          "x".repeat(31) + "\uD83D\uDE00\uD83D\uDE00",
          "\uD83D\uDE00".repeat(33),
          "\uDBFF\uDFFF".repeat(40),
          "long ".repeat(60)
        }) {
      values.add(StringData.fromString(text));
    }
    values.add(null);
    return values.toArray();
  }

  private static Object[] days() {
    List<Object> values = new ArrayList<>();
    values.add(Integer.MIN_VALUE);
    for (String day :
        new String[] {
          "-0001-12-31",
          "0000-01-01",
          "0000-12-31",
          "0001-01-01",
          "1582-10-04",
          "1582-10-10",
          "1582-10-15",
          "1677-09-21",
          "1969-12-31",
          "1970-01-01",
          "2262-04-12",
          "9999-12-31",
          "+10000-01-01"
        }) {
      values.add((int) LocalDate.parse(day).toEpochDay());
    }
    values.add(Integer.MAX_VALUE);
    values.add(null);
    return values.toArray();
  }

  private static Object[] times() {
    List<Object> values = new ArrayList<>();
    values.add(time(Long.MIN_VALUE));
    values.add(time(Long.MIN_VALUE + 1));
    for (String time :
        new String[] {
          "-0001-12-31T23:59:59.999999",
          "0000-01-01T00:00",
          "0000-12-31T23:59:59.999999",
          "0001-01-01T00:00",
          "1582-10-04T23:59:59.999999",
          "1582-10-10T12:00",
          "1582-10-15T00:00",
          "1677-09-21T00:12:43.145224",
          "1677-09-21T00:12:43.145223",
          "1899-12-31T23:59:59.999",
          "1969-12-31T23:59:59.999999",
          "1970-01-01T00:00",
          "2262-04-11T23:47:16.854775",
          "2262-04-11T23:47:16.854776",
          "9999-12-31T00:00",
          "9999-12-31T23:59:59.999",
          "9999-12-31T23:59:59.999999",
          "+10000-01-01T00:00",
          "+294247-01-10T04:00:54.775"
        }) {
      values.add(TimestampData.fromInstant(LocalDateTime.parse(time).toInstant(ZoneOffset.UTC)));
    }
    values.add(time(Long.MAX_VALUE));
    values.add(null);
    return values.toArray();
  }

  private static TimestampData time(long micros) {
    return TimestampData.fromEpochMillis(
        Math.floorDiv(micros, 1000L), (int) Math.floorMod(micros, 1000L) * 1000);
  }

  public static RowType type() {
    List<RowType.RowField> fields = new ArrayList<>();
    fields.add(new RowType.RowField("id", new IntType(false)));
    TYPES.forEach((name, type) -> fields.add(new RowType.RowField(name, type)));
    return new RowType(false, fields);
  }

  /** All but the id. */
  public static List<String> columns() {
    return List.copyOf(TYPES.keySet());
  }

  public static int count() {
    return VALUES.values().stream().mapToInt(List::size).max().orElseThrow();
  }

  /** As Flink holds it. */
  public static Object value(String column, int row) {
    List<Object> values = VALUES.get(column);
    return values.get(row % values.size());
  }

  /** The value that a partition has: the protocol has no empty text. */
  public static Object valueOfPartition(String column, int row) {
    Object value = value(column, row);
    return StringData.fromString("").equals(value) ? null : value;
  }

  public static RowData row(int id) {
    GenericRowData row = new GenericRowData(1 + TYPES.size());
    row.setField(0, id);
    int at = 1;
    for (String name : TYPES.keySet()) {
      row.setField(at++, value(name, id));
    }
    return row;
  }

  /** What a reader sees, as {@link DeltaTables#rows} has it, except that binary is a ByteBuffer. */
  public static Map<String, Object> expected(int id) {
    return TestingRows.plain(type(), row(id));
  }

  /** The expected row where a column of text is a partition: the protocol has no empty one. */
  public static Map<String, Object> expectedOfPartition(int id) {
    Map<String, Object> row = expected(id);
    row.replaceAll((name, value) -> "".equals(value) ? null : value);
    return row;
  }

  /** Whether two values are the same to a reader: there is one zero, and one NaN. */
  static boolean same(Object one, Object other) {
    if (one instanceof Number a && other instanceof Number b && !(one instanceof BigDecimal)) {
      return a.doubleValue() == b.doubleValue() && a.longValue() == b.longValue()
          || Double.isNaN(a.doubleValue()) && Double.isNaN(b.doubleValue());
    }
    return one instanceof byte[] bytes
        ? ByteBuffer.wrap(bytes).equals(ByteBuffer.wrap((byte[]) other))
        : one.equals(other);
  }
}
