package io.sluice.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.apache.flink.table.data.DecimalData;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class DecimalFunctionsTest {
  private static DecimalData decimal(String number, int precision, int scale) {
    return DecimalData.fromBigDecimal(new BigDecimal(number), precision, scale);
  }

  @Test
  void roundsHalfUp() {
    assertThat(DecimalFunctions.divide(decimal("1", 1, 0), decimal("8", 1, 0), 38, 2))
        .isEqualTo(decimal("0.13", 38, 2));
    assertThat(DecimalFunctions.divide(decimal("-1", 1, 0), decimal("8", 1, 0), 38, 2))
        .isEqualTo(decimal("-0.13", 38, 2));
    assertThat(DecimalFunctions.cast(decimal("2.345", 4, 3), 3, 2))
        .isEqualTo(decimal("2.35", 3, 2));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> DecimalFunctions.add(decimal("9.9", 2, 1), decimal("0.1", 2, 1), 2, 1))
        .withMessage("10.0 does not fit decimal(2, 1)");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(
            () -> DecimalFunctions.multiply(decimal("1e37", 38, 0), decimal("10", 2, 0), 38, 0))
        .withMessageContaining("does not fit decimal(38, 0)");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> DecimalFunctions.ofLong(100, 2, 0))
        .withMessage("100 does not fit decimal(2, 0)");
  }

  @Test
  void refusesDivisionByZero() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> DecimalFunctions.divide(decimal("1", 1, 0), decimal("0.00", 3, 2), 38, 6))
        .withMessage("division by zero");
  }

  @Test
  void changesSigns() {
    assertThat(DecimalFunctions.negate(decimal("1.5", 2, 1))).isEqualTo(decimal("-1.5", 2, 1));
    assertThat(DecimalFunctions.abs(decimal("-1.5", 30, 1))).isEqualTo(decimal("1.5", 30, 1));
    assertThat(DecimalFunctions.abs(decimal("1.5", 30, 1))).isEqualTo(decimal("1.5", 30, 1));
    assertThat(DecimalFunctions.compare(decimal("1.5", 2, 1), decimal("1.50", 30, 2))).isZero();
    assertThat(DecimalFunctions.compare(decimal("1.5", 2, 1), decimal("-1.6", 2, 1))).isPositive();
  }

  @RepeatedTest(200)
  void agreesWithBigDecimal(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    DecimalData a = random(random);
    DecimalData b = random(random);
    int scale = Math.max(a.scale(), b.scale());
    int precision =
        Math.min(38, Math.max(a.precision() - a.scale(), b.precision() - b.scale()) + scale + 1);
    BigDecimal x = a.toBigDecimal();
    BigDecimal y = b.toBigDecimal();
    assertThat(DecimalFunctions.add(a, b, precision, scale).toBigDecimal())
        .isEqualTo(x.add(y).setScale(scale));
    assertThat(DecimalFunctions.subtract(a, b, precision, scale).toBigDecimal())
        .isEqualTo(x.subtract(y).setScale(scale));
    assertThat(DecimalFunctions.compare(a, b)).isEqualTo(x.compareTo(y));
    int productPrecision = Math.min(38, a.precision() + b.precision());
    int productScale = a.scale() + b.scale();
    assertThat(DecimalFunctions.multiply(a, b, productPrecision, productScale).toBigDecimal())
        .isEqualTo(x.multiply(y).setScale(productScale, RoundingMode.UNNECESSARY));
  }

  private static DecimalData random(Random random) {
    int precision = 1 + random.nextInt(18);
    int scale = random.nextInt(precision + 1);
    long limit = (long) Math.pow(10, precision);
    return DecimalData.fromUnscaledLong(random.nextLong() % limit, precision, scale);
  }
}
