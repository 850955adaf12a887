package io.sluice.runtime.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class OrderedKeySelectorTest {

  private static final RowType ROW =
      RowType.of(
          new LogicalType[] {
            new BigIntType(), VarCharType.STRING_TYPE, new TimestampType(6), VarCharType.STRING_TYPE
          },
          new String[] {"n", "id", "at", "other"});

  private final OrderedKeySelector selector = new OrderedKeySelector(ROW, List.of("id", "at", "n"));

  private RowData key(Long n, String id, Long micros) throws IOException {
    return selector.getKey(
        GenericRowData.of(
            n,
            id == null ? null : StringData.fromString(id),
            micros == null
                ? null
                : TimestampData.fromEpochMillis(micros / 1000, (int) (micros % 1000) * 1000),
            StringData.fromString("no part of it")));
  }

  @Test
  void isOrderedAsTheColumnsAre() throws IOException {
    List<RowData> ascending =
        List.of(
            key(9L, "T-0001", 1_700_000_000_999_999L),
            key(1L, "T-0002", 1_700_000_000_000_001L),
            key(0L, "T-0002", 1_700_000_000_000_002L),
            key(255L, "T-0002", 1_700_000_000_000_002L),
            key(256L, "T-0002", 1_700_000_000_000_002L),
            key(0L, "T-0003", 1L));
    assertThat(ascending)
        .isSortedAccordingTo(
            (left, right) -> Arrays.compareUnsigned(left.getBinary(0), right.getBinary(0)));
  }

  @Test
  void tellsKeysApartAndIsSafeToKeep() throws IOException {
    RowData kept = key(1L, "ab", 2L);
    assertThat(key(1L, "ab", 2L)).isEqualTo(kept).hasSameHashCodeAs(kept);
    assertThat(List.of(key(null, "ab", 2L), key(1L, null, 2L), key(1L, "ab", null)))
        .doesNotHaveDuplicates()
        .doesNotContain(kept);
    assertThat(key(1L, "a", 2L)).isNotEqualTo(kept);
    assertThat(key(1L, "", 2L)).isNotEqualTo(key(1L, null, 2L));
    assertThat(key(1L, "ab", 2L)).isEqualTo(kept);
  }

  private static RowData key(LogicalType type, Object value) throws IOException {
    RowType row = RowType.of(new LogicalType[] {type}, new String[] {"k"});
    return new OrderedKeySelector(row, List.of("k")).getKey(GenericRowData.of(value));
  }

  private static DecimalData decimal(String number, int precision, int scale) {
    return DecimalData.fromBigDecimal(new BigDecimal(number), precision, scale);
  }

  @Test
  void aKeyStaysTheSameWhenItsTypeBecomesWider() throws IOException {
    assertThat(key(new IntType(), 7)).isEqualTo(key(new BigIntType(), 7L));
    assertThat(key(new DecimalType(10, 2), decimal("1.50", 10, 2)))
        .isEqualTo(key(new DecimalType(20, 4), decimal("1.5000", 20, 4)))
        .isNotEqualTo(key(new DecimalType(20, 4), decimal("1.5001", 20, 4)))
        .isNotEqualTo(key(new DecimalType(20, 4), decimal("150.0000", 20, 4)));
    assertThat(key(new DecimalType(10, 2), decimal("100.00", 10, 2)))
        .isEqualTo(key(new DecimalType(20, 4), decimal("100.0000", 20, 4)));
  }
}
