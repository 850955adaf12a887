package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
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
}
