package io.sluice.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class RowHashesTest {
  private static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

  @Test
  void keepsKeysApartWhateverTheyHold() {
    RowHashes hashes = new RowHashes("s:", "v", rows(TEXT, TEXT), List.of("c0", "c1"));
    assertThat(List.of(key(hashes, "a:b", "c"), key(hashes, "a", "b:c"), key(hashes, "a%3Ab", "c")))
        .containsExactly("s:v:a%3Ab:c", "s:v:a:b%3Ac", "s:v:a%253Ab:c");
    assertThat(RedisViews.key("s:", "v", List.of("a:b", "c"))).isEqualTo("s:v:a%3Ab:c");
  }

  @Test
  void writesValuesAsPlainText() {
    RowType type =
        rows(
            new DoubleType(),
            new BooleanType(),
            new DateType(),
            new TimeType(3),
            new VarBinaryType(8),
            TEXT,
            new TimeType(6),
            new TimeType(3),
            new TimestampType(3),
            new LocalZonedTimestampType(6));
    RowData row =
        GenericRowData.of(
            0.1,
            true,
            20_455,
            3_600_005,
            new byte[] {0, -1},
            null,
            3_600_000_007L,
            -1,
            TimestampData.fromEpochMillis(253_402_300_799_999L),
            TimestampData.fromEpochMillis(-62_200_000_000_000L),
            7L);
    HashUpdate update =
        new RowHashes("", "v", type, List.of("c1")).update(row, HashUpdate.NO_ARRIVAL);
    assertThat(update.version()).isEqualTo(7);
    assertThat(update.key()).isEqualTo("v:true");
    assertThat(texts(update.set()))
        .containsExactly(
            "c0",
            "0.1",
            "c1",
            "true",
            "c2",
            "2026-01-02",
            "c3",
            "01:00:00.005",
            "c4",
            "00ff",
            "c6",
            "01:00:00.000007",
            "c7",
            "-1",
            "c8",
            "9999-12-31T23:59:59.999",
            "c9",
            "-0002-12-17T14:13:20Z",
            "_version",
            "7");
    assertThat(texts(update.delete())).containsExactly("c5");
  }

  @Test
  void refusesWhatCannotBeAView() {
    assertThatThrownBy(() -> new RowHashes("", "v", rows(new ArrayType(TEXT)), List.of("_version")))
        .hasMessageContaining("column c0")
        .hasMessageContaining("leave it out");
    assertThatThrownBy(() -> new RowHashes("", "v", rows(TEXT), List.of("nope")))
        .hasMessageContaining("no column nope among [c0, _version]");
    assertThatThrownBy(() -> new RowHashes("", "v", rows(TEXT), List.of()))
        .hasMessageContaining("no key column");
  }

  private static RowType rows(LogicalType... types) {
    LogicalType[] all = Arrays.copyOf(types, types.length + 1);
    String[] names = new String[all.length];
    for (int i = 0; i < types.length; i++) {
      names[i] = "c" + i;
    }
    all[types.length] = new BigIntType(false);
    names[types.length] = "_version";
    return RowType.of(all, names);
  }

  private static String key(RowHashes hashes, String first, String second) {
    return hashes
        .update(
            GenericRowData.of(StringData.fromString(first), StringData.fromString(second), 1L),
            HashUpdate.NO_ARRIVAL)
        .key();
  }

  private static List<String> texts(List<byte[]> bytes) {
    return bytes.stream().map(text -> new String(text, StandardCharsets.UTF_8)).toList();
  }
}
