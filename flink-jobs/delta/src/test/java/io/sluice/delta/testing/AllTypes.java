package io.sluice.delta.testing;

import io.sluice.delta.table.DeltaTables;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/** One row per interesting case of every type, as Flink holds it and as a reader must see it. */
public final class AllTypes {

  private static final VarCharType STRING = VarCharType.STRING_TYPE;
  private static final RowType POINT =
      RowType.of(
          new LogicalType[] {new IntType(), new ArrayType(STRING)}, new String[] {"x", "tags"});

  public static final RowType TYPE =
      RowType.of(
          new LogicalType[] {
            new IntType(false),
            new BooleanType(),
            new TinyIntType(),
            new SmallIntType(),
            new BigIntType(),
            new FloatType(),
            new DoubleType(),
            new DecimalType(7, 2),
            new DecimalType(18, 6),
            new DecimalType(38, 10),
            STRING,
            new VarBinaryType(VarBinaryType.MAX_LENGTH),
            new DateType(),
            new TimestampType(6),
            new LocalZonedTimestampType(3),
            new ArrayType(new BigIntType()),
            new MapType(STRING.copy(false), new DoubleType()),
            POINT,
            new ArrayType(POINT),
            new MapType(STRING.copy(false), new ArrayType(new DecimalType(20, 1)))
          },
          new String[] {
            "id",
            "flag",
            "tiny",
            "small",
            "big",
            "single",
            "number",
            "money",
            "price",
            "huge",
            "text",
            "bytes",
            "day",
            "local_time",
            "instant",
            "longs",
            "scores",
            "point",
            "points",
            "nested"
          });

  private AllTypes() {}

  public static List<RowData> rows() {
    return List.of(full(), nulls(), edges());
  }

  private static DecimalData decimal(String value, int precision, int scale) {
    return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
  }

  private static RowData full() {
    Map<StringData, Object> scores = new LinkedHashMap<>();
    scores.put(StringData.fromString("a"), 1.5);
    scores.put(StringData.fromString("b"), null);
    RowData point = point(3, "red", null);
    GenericArrayData amounts =
        new GenericArrayData(new Object[] {decimal("1234567890123456789.5", 20, 1), null});
    return GenericRowData.of(
        1,
        true,
        (byte) -7,
        (short) 300,
        1L << 40,
        1.25f,
        -2.5e300,
        decimal("-12345.67", 7, 2),
        decimal("123456789012.345678", 18, 6),
        decimal("-1234567890123456789012345678.0123456789", 38, 10),
        StringData.fromString("grüß \uD83D\uDE00"),
        new byte[] {0, 1, -1},
        (int) LocalDate.of(2026, 1, 2).toEpochDay(),
        TimestampData.fromLocalDateTime(LocalDateTime.parse("2026-01-02T03:04:05.678901")),
        TimestampData.fromInstant(Instant.parse("2026-01-02T03:04:05.678Z")),
        new GenericArrayData(new Object[] {1L, null, 3L}),
        new GenericMapData(scores),
        point,
        new GenericArrayData(new Object[] {point, null, point(null)}),
        new GenericMapData(Map.of(StringData.fromString("k"), amounts)));
  }

  private static RowData point(Integer x, String... tags) {
    Object[] texts = new Object[tags.length];
    for (int i = 0; i < tags.length; i++) {
      texts[i] = StringData.fromString(tags[i]);
    }
    return GenericRowData.of(x, new GenericArrayData(texts));
  }

  private static RowData nulls() {
    GenericRowData row = new GenericRowData(TYPE.getFieldCount());
    row.setField(0, 2);
    return row;
  }

  private static RowData edges() {
    return GenericRowData.of(
        3,
        false,
        Byte.MIN_VALUE,
        Short.MAX_VALUE,
        Long.MIN_VALUE,
        Float.NaN,
        Double.NEGATIVE_INFINITY,
        decimal("0.00", 7, 2),
        decimal("-0.000001", 18, 6),
        decimal("9999999999999999999999999999.9999999999", 38, 10),
        StringData.fromString(""),
        new byte[0],
        (int) LocalDate.of(1900, 1, 1).toEpochDay(),
        TimestampData.fromLocalDateTime(LocalDateTime.parse("1960-01-01T00:00:00.000001")),
        TimestampData.fromInstant(Instant.parse("1969-12-31T23:59:59.999Z")),
        new GenericArrayData(new Object[0]),
        new GenericMapData(Map.of()),
        GenericRowData.of(null, null),
        new GenericArrayData(new Object[0]),
        new GenericMapData(Map.of()));
  }

  /** What {@link DeltaTables#rows} must return for {@link #rows}. */
  public static List<Map<String, Object>> expected() {
    Map<String, Object> point = struct(3, list("red", null));
    Map<Object, Object> scores = new LinkedHashMap<>();
    scores.put("a", 1.5);
    scores.put("b", null);
    Map<String, Object> full =
        named(
            1,
            true,
            (byte) -7,
            (short) 300,
            1L << 40,
            1.25f,
            -2.5e300,
            new BigDecimal("-12345.67"),
            new BigDecimal("123456789012.345678"),
            new BigDecimal("-1234567890123456789012345678.0123456789"),
            "grüß \uD83D\uDE00",
            new byte[] {0, 1, -1},
            LocalDate.of(2026, 1, 2),
            LocalDateTime.parse("2026-01-02T03:04:05.678901"),
            Instant.parse("2026-01-02T03:04:05.678Z"),
            list(1L, null, 3L),
            scores,
            point,
            list(point, null, struct(null, list())),
            Map.of("k", list(new BigDecimal("1234567890123456789.5"), null)));
    Object[] none = new Object[TYPE.getFieldCount()];
    none[0] = 2;
    Map<String, Object> edges =
        named(
            3,
            false,
            Byte.MIN_VALUE,
            Short.MAX_VALUE,
            Long.MIN_VALUE,
            Float.NaN,
            Double.NEGATIVE_INFINITY,
            new BigDecimal("0.00"),
            new BigDecimal("-0.000001"),
            new BigDecimal("9999999999999999999999999999.9999999999"),
            "",
            new byte[0],
            LocalDate.of(1900, 1, 1),
            LocalDateTime.parse("1960-01-01T00:00:00.000001"),
            Instant.parse("1969-12-31T23:59:59.999Z"),
            list(),
            Map.of(),
            struct(null, null),
            list(),
            Map.of());
    return List.of(full, named(none), edges);
  }

  private static List<Object> list(Object... values) {
    return new ArrayList<>(Arrays.asList(values));
  }

  private static Map<String, Object> struct(Integer x, List<Object> tags) {
    Map<String, Object> point = new LinkedHashMap<>();
    point.put("x", x);
    point.put("tags", tags);
    return point;
  }

  private static Map<String, Object> named(Object... values) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      row.put(TYPE.getFieldNames().get(i), values[i]);
    }
    return Collections.unmodifiableMap(row);
  }
}
