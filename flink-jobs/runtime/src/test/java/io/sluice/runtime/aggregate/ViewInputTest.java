package io.sluice.runtime.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.junit.jupiter.api.Test;

class ViewInputTest {
  @Test
  void zeroAndMinusZeroAreOneKey() {
    RowData row = GenericRowData.of(-0.0, -0.0f, 7, -1.5, null);
    assertThat(ViewInput.key(new DoubleType(), 0).getFieldOrNull(row)).isEqualTo(0.0);
    assertThat(ViewInput.key(new FloatType(), 1).getFieldOrNull(row)).isEqualTo(0.0f);
    assertThat(ViewInput.key(new IntType(), 2).getFieldOrNull(row)).isEqualTo(7);
    assertThat(ViewInput.key(new DoubleType(), 3).getFieldOrNull(row)).isEqualTo(-1.5);
    assertThat(ViewInput.key(new DoubleType(), 4).getFieldOrNull(row)).isNull();
  }

  @Test
  void allThatIsNoNumberIsOneKey() {
    double other = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);
    Object key = ViewInput.key(new DoubleType(), 0).getFieldOrNull(GenericRowData.of(other));
    assertThat(Double.doubleToRawLongBits((double) key))
        .isEqualTo(Double.doubleToRawLongBits(Double.NaN));
  }
}
