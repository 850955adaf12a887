package io.sluice.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.time.LocalDate;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FunctionsTest {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 1970-01-01, 0",
    "1969-12-31T23:59:59.999999Z, 1969-12-31, 23",
    "2026-02-28T23:59:59Z, 2026-02-28, 23",
    "1900-03-01T12:30:00Z, 1900-03-01, 12"
  })
  void readsTheCalendarInUtc(Instant instant, LocalDate date, long hour) {
    TimestampData timestamp = TimestampData.fromInstant(instant);
    assertThat(TimeFunctions.date(timestamp)).isEqualTo((int) date.toEpochDay());
    assertThat(TimeFunctions.hour(timestamp)).isEqualTo(hour);
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775, +294247-01-10, 4",
    "-9223372036854775, -290308-12-21, 19",
    "253402300799999, 9999-12-31, 23",
    "-62167219200001, -0001-12-31, 23"
  })
  void readsTheCalendarFarAway(long millis, LocalDate date, long hour) {
    TimestampData timestamp = TimestampData.fromEpochMillis(millis);
    assertThat(TimeFunctions.date(timestamp)).isEqualTo((int) date.toEpochDay());
    assertThat(TimeFunctions.hour(timestamp)).isEqualTo(hour);
  }

  @Test
  void hasNoDateWhereNoIntCountsTheDays() {
    for (long millis : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(() -> TimeFunctions.date(TimestampData.fromEpochMillis(millis)))
          .withMessageContaining(String.valueOf(millis));
    }
  }

  @Test
  void changesStrings() {
    assertThat(StringFunctions.upper(StringData.fromString("straße")).toString())
        .isEqualTo("STRASSE");
    assertThat(StringFunctions.lower(StringData.fromString("TITLE")).toString()).isEqualTo("title");
    assertThat(StringFunctions.trim(StringData.fromString("\t a b \n")).toString())
        .isEqualTo("a b");
  }

  @Test
  void joinsStrings() {
    assertThat(StringFunctions.concat(StringData.fromString("a"), StringData.fromString("b")))
        .isEqualTo(StringData.fromString("ab"));
  }

  /** What a row holds of each type. */
  private static Object sample(ValueType type) {
    return switch (type) {
      case BOOLEAN -> true;
      case INT, DATE -> 1;
      case LONG -> 1L;
      case DOUBLE -> 1.0;
      case STRING -> StringData.fromString("1");
      case TIMESTAMP -> TimestampData.fromEpochMillis(1);
    };
  }

  @ParameterizedTest
  @EnumSource
  void registeredFunctionsTakeAndGiveWhatTheySay(UserFunction function) {
    Object[] values = function.parameters().types().stream().map(FunctionsTest::sample).toArray();
    assertThat(function.apply(values)).hasSameClassAs(sample(function.result()));
    assertThat(function.result()).isNotEqualTo(ValueType.TIMESTAMP);
    assertThat(function.meaning()).isNotBlank();
    assertThat(UserFunction.named(function.symbol())).contains(function);
    assertThat(function.parameters().fit(values.length)).isTrue();
    assertThat(function.parameters().fit(values.length - 1)).isFalse();
    assertThat(function.parameters().fit(values.length + 1))
        .isEqualTo(function.parameters().more());
  }

  @Test
  void checksArithmetic() {
    assertThat(NumberFunctions.divide(1, 4)).isEqualTo(0.25);
    assertThat(NumberFunctions.abs(-3)).isEqualTo(3);
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> NumberFunctions.divide(1, 0));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> NumberFunctions.abs(Long.MIN_VALUE));
  }
}
