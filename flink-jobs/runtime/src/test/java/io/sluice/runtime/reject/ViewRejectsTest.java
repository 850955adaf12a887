package io.sluice.runtime.reject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class ViewRejectsTest {
  private static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

  @Test
  void aRowOfASinkCarriesItsKeyAndItsVersion() {
    RowType type = rows(List.of("zone", "events", "_version"), TEXT, new BigIntType(), version());
    RowData reject =
        new ViewRejects("per_zone", type, List.of("zone"))
            .sink("jdbc", GenericRowData.of(text("a\u0000\"\\"), 3L, 7L), "postgres:22021", "no");
    assertThat(texts(reject))
        .containsExactly(
            "per_zone",
            "sink",
            "jdbc",
            "postgres:22021",
            "no",
            "{\"zone\":\"a\\u0000\\\"\\\\\"}",
            "{\"zone\":\"a\\u0000\\\"\\\\\",\"events\":3,\"_version\":7}");
    assertThat(reject.getLong(7)).isEqualTo(7);
  }

  @Test
  void aRowThatTheViewRejectsHasNeitherSinkNorVersion() {
    RowType type = rows(List.of("zone"), TEXT);
    RowData reject =
        new ViewRejects("v", type, List.of("zone"))
            .view(GenericRowData.of((Object) null), "arithmetic:total", "x".repeat(5_000));
    assertThat(reject.getString(1)).hasToString("view");
    assertThat(reject.isNullAt(2)).isTrue();
    assertThat(reject.getString(4).toString()).hasSize(ViewRejects.MAX_REASON).endsWith("...");
    assertThat(reject.getString(5)).hasToString("{\"zone\":null}");
    assertThat(reject.isNullAt(7)).isTrue();
  }

  @Test
  void everyTypeHasAText() {
    RowType inner = rows(List.of("n"), new IntType());
    List<LogicalType> types =
        List.of(
            new BooleanType(),
            new DoubleType(),
            new FloatType(),
            new DecimalType(38, 2),
            new DateType(),
            new TimeType(3),
            new TimeType(6),
            new TimeType(3),
            new TimestampType(6),
            new LocalZonedTimestampType(3),
            new VarBinaryType(9),
            new ArrayType(new DoubleType()),
            new MapType(TEXT, inner));
    List<String> names = IntStream.range(0, types.size()).mapToObj(i -> "c" + i).toList();
    RowType type = rows(names, types.toArray(LogicalType[]::new));
    RowData row =
        GenericRowData.of(
            true,
            Double.NaN,
            1.5f,
            DecimalData.fromBigDecimal(new BigDecimal("1234567890123456789012345.60"), 38, 2),
            -800_000,
            3_600_005,
            3_600_000_007L,
            -1,
            TimestampData.fromEpochMillis(253_402_300_799_999L, 999_000),
            TimestampData.fromEpochMillis(-62_200_000_000_000L),
            new byte[] {0, -1},
            new GenericArrayData(new Object[] {1.0, null}),
            new GenericMapData(Map.of(text("k"), GenericRowData.of(5))));
    assertThat(new RowJson(type).text(row))
        .isEqualTo(
            "{\"c0\":true,\"c1\":\"NaN\",\"c2\":1.5,\"c3\":1234567890123456789012345.60,"
                + "\"c4\":\"-0221-09-04\",\"c5\":\"01:00:00.005\",\"c6\":\"01:00:00.000007\","
                + "\"c7\":-1,\"c8\":\"9999-12-31T23:59:59.999999\","
                + "\"c9\":\"-0002-12-17T14:13:20Z\",\"c10\":\"00ff\",\"c11\":[1.0,null],"
                + "\"c12\":{\"k\":{\"n\":5}}}");
  }

  @Test
  void aKeyThatTheRowLacksIsAnError() {
    assertThatThrownBy(() -> new ViewRejects("v", rows(List.of("a"), TEXT), List.of("b")))
        .hasMessageContaining("no columns [b]; it has [a]");
  }

  private static LogicalType version() {
    return new BigIntType(false);
  }

  private static StringData text(String text) {
    return StringData.fromString(text);
  }

  private static List<String> texts(RowData reject) {
    return List.of(0, 1, 2, 3, 4, 5, 6).stream().map(i -> reject.getString(i).toString()).toList();
  }

  private static RowType rows(List<String> names, LogicalType... types) {
    return RowType.of(types, names.toArray(String[]::new));
  }
}
