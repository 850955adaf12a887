package io.sluice.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class LosslessCastTest {

  private static final LogicalType DECIMAL = new DecimalType(6, 2);

  private static Object cast(Object value, LogicalType to) {
    return LosslessCast.to(to).cast(value);
  }

  private static DecimalData decimal(String value, int precision, int scale) {
    return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
  }

  @Test
  void numbersThatFitStayTheSame() {
    assertThat(cast(7L, new IntType())).isEqualTo(7);
    assertThat(cast(-128, new TinyIntType())).isEqualTo((byte) -128);
    assertThat(cast(7, new BigIntType())).isEqualTo(7L);
    assertThat(cast(1 << 24, new FloatType())).isEqualTo(16_777_216f);
    assertThat(cast(3.0, new BigIntType())).isEqualTo(3L);
    assertThat(cast(0.1f, new DoubleType())).isEqualTo((double) 0.1f);
    assertThat(cast(0.5, new FloatType())).isEqualTo(0.5f);
    assertThat(cast(-0.0, new FloatType())).isEqualTo(-0.0f);
    assertThat(cast(Double.NaN, new FloatType())).isEqualTo(Float.NaN);
    assertThat(cast(12.5, DECIMAL)).isEqualTo(decimal("12.50", 6, 2));
    assertThat(cast(decimal("12.5000", 20, 4), DECIMAL)).isEqualTo(decimal("12.50", 6, 2));
    assertThat(cast(decimal("12.00", 6, 2), new IntType())).isEqualTo(12);
  }

  @Test
  void allOthersAreRefused() {
    refused(1L << 31, new IntType());
    refused(128, new TinyIntType());
    refused((1 << 24) + 1, new FloatType());
    refused((1L << 53) + 1, new DoubleType());
    refused(0.1, new FloatType());
    refused(1e300, new FloatType());
    refused(0.5, new IntType());
    refused(Double.NaN, new IntType());
    refused(Float.POSITIVE_INFINITY, DECIMAL);
    refused(10_000, DECIMAL);
    refused(decimal("0.125", 4, 3), DECIMAL);
  }

  private static void refused(Object value, LogicalType to) {
    assertThatThrownBy(() -> cast(value, to)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void onlyNumbersAreNumbers() {
    assertThat(LosslessCast.isPossible(new IntType(), DECIMAL)).isTrue();
    assertThat(LosslessCast.isPossible(new IntType(), new DateType())).isFalse();
    assertThat(LosslessCast.isPossible(VarCharType.STRING_TYPE, new IntType())).isFalse();
  }
}
