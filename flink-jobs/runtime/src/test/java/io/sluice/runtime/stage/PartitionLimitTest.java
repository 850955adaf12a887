package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

/** Which partitions are counted as one. */
class PartitionLimitTest {
  private final PartitionLimit limit = new PartitionLimit(new int[] {0, 1});

  private static GenericRowData row(String first, String second) {
    return GenericRowData.of(StringData.fromString(first), StringData.fromString(second));
  }

  private void fill(int named) {
    for (int i = named; i < PartitionLimit.PER_CHECKPOINT; i++) {
      assertThat(limit.admits(row("x", Integer.toString(i)))).isTrue();
    }
  }

  @Test
  void valuesOfTwoColumnsAreNotJoined() {
    limit.admits(row("a", "bc"));
    limit.admits(row(null, "d"));
    fill(2);
    assertThat(limit.admits(row("a", "bc"))).isTrue();
    assertThat(limit.admits(row(null, "d"))).isTrue();
    assertThat(limit.admits(row("ab", "c"))).isFalse();
    assertThat(limit.admits(row("", "d"))).isFalse();
    assertThat(limit.admits(row("d", null))).isFalse();
    limit.clear();
    assertThat(limit.admits(row("ab", "c"))).isTrue();
  }

  @Test
  void aTableWithoutPartitionsHasNoLimit() {
    PartitionLimit none = new PartitionLimit(new int[0]);
    for (int i = 0; i <= PartitionLimit.PER_CHECKPOINT; i++) {
      assertThat(none.admits(row("x", Integer.toString(i)))).isTrue();
    }
  }
}
