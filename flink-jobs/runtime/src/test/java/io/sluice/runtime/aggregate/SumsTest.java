package io.sluice.runtime.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.data.DecimalData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumsTest {
  private static final String NINES = "9".repeat(38);

  private static Sums.Exact longs(long... values) {
    Sums.Exact sum = new Sums.Exact("total", 0);
    for (long value : values) {
      sum.add(value);
    }
    return sum;
  }

  private static Sums.Floating doubles(double... values) {
    Sums.Floating sum = new Sums.Floating("total");
    for (double value : values) {
      sum.add(value);
    }
    return sum;
  }

  private static DecimalData decimal(String text) {
    BigDecimal number = new BigDecimal(text);
    return DecimalData.fromBigDecimal(number, 38, number.scale());
  }

  private static Object average(Sums sum, long count, ColumnType type) {
    return Cell.average("mean", sum, count, type);
  }

  @Test
  void longsAddUpBeyondALong() {
    assertThat(longs(Long.MAX_VALUE, Long.MAX_VALUE, 1).result())
        .hasToString("18446744073709551615");
    assertThat(longs(Long.MIN_VALUE, Long.MIN_VALUE).result()).hasToString("-18446744073709551616");
    assertThat(longs(Long.MAX_VALUE, 5, Long.MIN_VALUE).result()).hasToString("4");
    assertThat(longs().result()).isNull();
    assertThat(longs().state()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        255,
        256,
        32767,
        32768,
        -32769,
        1L << 53,
        Long.MAX_VALUE,
        Long.MIN_VALUE
      })
  void theStateOfASumIsItsUnscaledValue(long value) {
    byte[] state = (byte[]) longs(value).state();
    assertThat(state).isEqualTo(BigInteger.valueOf(value).toByteArray());
    Sums.Exact merged = longs();
    merged.merge(state);
    assertThat(merged.result()).hasToString(Long.toString(value));
  }

  @Test
  void whatWasAddedInAnyOrderAndInPartsIsTheSame() {
    Random random = new Random(3);
    List<DecimalData> values = new ArrayList<>();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 1_000; i++) {
      BigDecimal value = new BigDecimal(new BigInteger(122, random).multiply(sign(random)), 2);
      values.add(DecimalData.fromBigDecimal(value, 38, 2));
      expected = expected.add(value);
    }
    for (int round = 0; round < 5; round++) {
      Collections.shuffle(values, random);
      Sums.Exact all = new Sums.Exact("total", 2);
      for (List<DecimalData> part : List.of(values.subList(0, 300), values.subList(300, 1_000))) {
        Sums.Exact partial = new Sums.Exact("total", 2);
        part.forEach(partial::add);
        all.merge(partial.state());
      }
      assertThat(all.exact()).isEqualByComparingTo(expected);
    }
  }

  private static BigInteger sign(Random random) {
    return random.nextBoolean() ? BigInteger.ONE : BigInteger.ONE.negate();
  }

  @Test
  void aSumBeyondItsColumnComesBack() {
    Sums.Exact sum = new Sums.Exact("total", 0);
    sum.add(decimal(NINES));
    sum.add(decimal("1"));
    assertThatThrownBy(sum::result)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("column 'total' is 1" + "0".repeat(38) + ", which does not fit");
    assertThat(average(sum, 2, new ColumnType.Decimal(38, 0)))
        .as("the mean fits although the sum does not")
        .hasToString("5" + "0".repeat(37));
    Sums.Exact restored = new Sums.Exact("total", 0);
    restored.merge(sum.state());
    restored.add(decimal("-1"));
    assertThat(restored.result()).hasToString(NINES);
  }

  @Test
  void meansOfWholeNumbersAreThoseOfTheExactSum() {
    assertThat(average(longs(Long.MAX_VALUE, Long.MAX_VALUE - 2), 2, ColumnType.Simple.DOUBLE))
        .isEqualTo((double) (Long.MAX_VALUE - 1));
    assertThat(average(longs(1, -2), 2, ColumnType.Simple.DOUBLE)).isEqualTo(-0.5);
    assertThat(average(longs((1L << 53) + 1, 2), 2, ColumnType.Simple.DOUBLE))
        .isEqualTo(4503599627370497.5);
    assertThat(average(longs(), 0, ColumnType.Simple.DOUBLE)).isNull();
  }

  @Test
  void aMeanWithoutRoomIsAnArithmeticException() {
    Sums.Exact sum = new Sums.Exact("total", 0);
    sum.add(decimal(NINES));
    assertThatThrownBy(() -> average(sum, 1, new ColumnType.Decimal(38, 6)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("column 'mean'")
        .hasMessageContaining("decimal(38, 6)");
  }

  @Test
  void doublesBeyondTheLargestOneComeBack() {
    double max = Double.MAX_VALUE;
    Sums.Floating sum = doubles(max, max, max);
    assertThatThrownBy(sum::result)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("beyond the largest double");
    assertThat(average(sum, 3, ColumnType.Simple.DOUBLE)).isEqualTo(max);
    Sums.Floating restored = doubles();
    restored.merge(sum.state());
    restored.add(-max);
    restored.add(-max);
    assertThat(restored.result()).isEqualTo(max);
    assertThat(doubles(-max, -max, max, 1e300).result()).isEqualTo(-max + 1e300);
    assertThat(doubles(1e308, 1e308, -1e308).result()).isEqualTo(1e308);
    assertThat(doubles(0.5, 0.25).result()).isEqualTo(0.75);
    assertThat((byte[]) doubles(0.5).state()).hasSize(8);
    assertThat(doubles().result()).isNull();
  }
}
