package io.sluice.runtime.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorTest {
  private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  private static Expectation expect(String rule, String column, Check check, Action action) {
    return new Expectation(rule, column, check, action);
  }

  /** Whether a row of this one value passes. */
  private static boolean passes(Check check, ColumnType type, Object value) {
    return validator(check, type).firstViolation(GenericRowData.of(value), NOW, i -> {})
        == Validator.NONE;
  }

  private static Validator validator(Check check, ColumnType type) {
    return Validator.compile(
        List.of(expect("rule", "c", check, Action.QUARANTINE)),
        List.of(new Column("c", type, true)));
  }

  private static String reason(Check check, ColumnType type, Object value) {
    return validator(check, type).reason(0, GenericRowData.of(value), NOW);
  }

  private static Object number(ColumnType type, String value) {
    if (type instanceof Decimal decimal) {
      return DecimalData.fromBigDecimal(
          new BigDecimal(value), decimal.precision(), decimal.scale());
    }
    return switch ((Simple) type) {
      case INT -> Integer.valueOf(value);
      case LONG -> Long.valueOf(value);
      case FLOAT -> Float.valueOf(value);
      default -> Double.valueOf(value);
    };
  }

  private static ColumnType type(String name) {
    return switch (name) {
      case "SHORT_DECIMAL" -> new Decimal(9, 2);
      case "LONG_DECIMAL" -> new Decimal(38, 2);
      default -> Simple.valueOf(name);
    };
  }

  private static StringData text(String value) {
    return StringData.fromString(value);
  }

  @ParameterizedTest
  @CsvSource({
    // type, bound, value, minimum, exclusive minimum, maximum, exclusive maximum
    "INT, 5, 5, true, false, true, false",
    "INT, 5.5, 5, false, false, true, true",
    "INT, 5.5, 6, true, true, false, false",
    "INT, 1e12, 7, false, false, true, true",
    "LONG, -1e12, -1000000000000, true, false, true, false",
    "LONG, -1e12, -1000000000001, false, false, true, true",
    "LONG, 1e30, 9223372036854775807, false, false, true, true",
    "LONG, -1e30, -9223372036854775808, true, true, false, false",
    "LONG, 9223372036854775807, 9223372036854775807, true, false, true, false",
    "SHORT_DECIMAL, 1.005, 1.00, false, false, true, true",
    "SHORT_DECIMAL, 1.005, 1.01, true, true, false, false",
    "SHORT_DECIMAL, 1.01, 1.01, true, false, true, false",
    "LONG_DECIMAL, 1.005, 1.00, false, false, true, true",
    "LONG_DECIMAL, 1e12, 1000000000000.00, true, false, true, false",
    "DOUBLE, 0.1, 0.1, true, true, false, false",
    "DOUBLE, 0.5, 0.5, true, false, true, false",
    "DOUBLE, 0.5, NaN, false, false, false, false",
    "DOUBLE, 1e400, 1e308, false, false, true, true",
    "DOUBLE, -1e400, -Infinity, false, false, true, true",
    "DOUBLE, 0, -0.0, true, false, true, false",
    "FLOAT, 0.5, 0.5, true, false, true, false",
    "FLOAT, 0.5, NaN, false, false, false, false"
  })
  void comparesWithBoundsExactly(
      String typeName,
      BigDecimal bound,
      String value,
      boolean minimum,
      boolean exclusiveMinimum,
      boolean maximum,
      boolean exclusiveMaximum) {
    ColumnType type = type(typeName);
    Object number = number(type, value);
    assertThat(passes(new Check.Minimum(bound, false), type, number)).isEqualTo(minimum);
    assertThat(passes(new Check.Minimum(bound, true), type, number)).isEqualTo(exclusiveMinimum);
    assertThat(passes(new Check.Maximum(bound, false), type, number)).isEqualTo(maximum);
    assertThat(passes(new Check.Maximum(bound, true), type, number)).isEqualTo(exclusiveMaximum);
  }

  @Test
  void onlyRequiredLooksAtNull() {
    assertThat(passes(new Check.Required(), Simple.STRING, null)).isFalse();
    assertThat(passes(new Check.Required(), Simple.STRING, text(""))).isTrue();
    assertThat(passes(new Check.MinLength(1), Simple.STRING, null)).isTrue();
    assertThat(passes(new Check.ValidValues(Set.of("a")), Simple.STRING, null)).isTrue();
    assertThat(passes(new Check.Minimum(BigDecimal.ONE, false), Simple.LONG, null)).isTrue();
    assertThat(passes(new Check.Freshness(Duration.ZERO), Simple.TIMESTAMP_MILLIS, null)).isTrue();
  }

  @Test
  void countsCodePoints() {
    StringData rockets = text("\uD83D\uDE80\uD83D\uDE80é");
    assertThat(passes(new Check.MaxLength(3), Simple.STRING, rockets)).isTrue();
    assertThat(passes(new Check.MaxLength(2), Simple.STRING, rockets)).isFalse();
    assertThat(passes(new Check.MinLength(3), Simple.STRING, rockets)).isTrue();
    assertThat(passes(new Check.MinLength(4), Simple.STRING, rockets)).isFalse();
  }

  @Test
  void matchesTheWholeString() {
    Check check = new Check.Pattern("[A-Z]{1,5}(\\.[A-Z])?");
    assertThat(passes(check, Simple.STRING, text("AAPL"))).isTrue();
    assertThat(passes(check, Simple.STRING, text("BRK.B"))).isTrue();
    assertThat(passes(check, Simple.STRING, text("AAPL\n"))).isFalse();
    assertThat(passes(check, Simple.STRING, text("xAAPL"))).isFalse();
  }

  @Test
  void boundsTheWorkOfPatterns() {
    Check nested = new Check.Pattern("(a+)+b");
    assertThat(passes(nested, Simple.STRING, text("a".repeat(2_000)))).isFalse();
    // Java's matcher spends its time on empty groups, without looking at a character.
    Check empty = new Check.Pattern("(|)".repeat(32) + "b");
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertThat(passes(empty, Simple.STRING, text(""))).isFalse());
    assertThat(passes(new Check.Pattern(".*"), Simple.STRING, text("a".repeat(10_000)))).isTrue();
    assertThat(passes(new Check.Pattern(".*"), Simple.STRING, text("a".repeat(10_001)))).isFalse();
  }

  @Test
  void comparesValidValuesInTheTypeOfTheColumn() {
    Check numbers = new Check.ValidValues(Set.of("1", "2.50", "-0"));
    assertThat(passes(numbers, Simple.INT, 1)).isTrue();
    assertThat(passes(numbers, Simple.LONG, 2L)).isFalse();
    assertThat(passes(numbers, Simple.LONG, 0L)).isTrue();
    assertThat(passes(numbers, new Decimal(9, 1), number(new Decimal(9, 1), "2.5"))).isTrue();
    assertThat(passes(numbers, new Decimal(9, 1), number(new Decimal(9, 1), "2.6"))).isFalse();
    assertThat(passes(numbers, Simple.DOUBLE, 2.5)).isTrue();
    assertThat(passes(numbers, Simple.DOUBLE, -0.0)).isTrue();
    assertThat(passes(numbers, Simple.FLOAT, Float.NaN)).isFalse();
    Check texts = new Check.ValidValues(Set.of("EUR", "true", "2026-03-01"));
    assertThat(passes(texts, Simple.STRING, text("EUR"))).isTrue();
    assertThat(passes(texts, Simple.STRING, text("eur"))).isFalse();
    assertThat(passes(texts, Simple.BOOLEAN, true)).isTrue();
    assertThat(passes(texts, Simple.DATE, 20_513)).isTrue();
    assertThat(passes(texts, Simple.DATE, 20_514)).isFalse();
  }

  @Test
  void measuresFreshnessByTheKafkaTimestamp() {
    Check check = new Check.Freshness(Duration.ofMinutes(5));
    long limit = NOW - Duration.ofMinutes(5).toMillis();
    for (Simple type : new Simple[] {Simple.TIMESTAMP_MILLIS, Simple.TIMESTAMP_MICROS}) {
      assertThat(passes(check, type, TimestampData.fromEpochMillis(limit))).isTrue();
      assertThat(passes(check, type, TimestampData.fromEpochMillis(limit - 1))).isFalse();
      assertThat(passes(check, type, TimestampData.fromEpochMillis(NOW + 1))).isTrue();
      assertThat(passes(check, type, TimestampData.fromEpochMillis(Long.MIN_VALUE))).isFalse();
      assertThat(passes(check, type, TimestampData.fromEpochMillis(Long.MAX_VALUE))).isTrue();
    }
  }

  @Test
  void givesReasonsToPeople() {
    assertThat(reason(new Check.Required(), Simple.STRING, null))
        .isEqualTo("c is null, but it is required");
    assertThat(reason(new Check.Maximum(new BigDecimal("1e3"), false), Simple.LONG, 1001L))
        .isEqualTo("c is 1001, above 1000");
    assertThat(
            reason(
                new Check.Minimum(BigDecimal.ZERO, true),
                new Decimal(9, 2),
                number(new Decimal(9, 2), "0")))
        .isEqualTo("c is 0.00, not above 0");
    assertThat(reason(new Check.ValidValues(Set.of("USD", "EUR")), Simple.STRING, text("XXX")))
        .isEqualTo("c is 'XXX', which is not one of EUR, USD");
    assertThat(reason(new Check.Pattern("[A-Z]+"), Simple.STRING, text("é".repeat(300))))
        .isEqualTo("c is '" + "é".repeat(100) + "...', which does not match [A-Z]+");
    assertThat(reason(new Check.MaxLength(2), Simple.STRING, text("abc")))
        .isEqualTo("c is 'abc', longer than 2 characters");
    assertThat(
            reason(
                new Check.Freshness(Duration.ofMinutes(5)),
                Simple.TIMESTAMP_MILLIS,
                TimestampData.fromEpochMillis(NOW - 600_000)))
        .isEqualTo(
            "c is 2026-03-01T11:50:00Z, PT10M before the record's Kafka timestamp"
                + " 2026-03-01T12:00:00Z; at most PT5M is allowed");
  }

  @Test
  void returnsTheFirstRejectingRuleAndReportsTheKeptOnesOfKeptRows() {
    List<Column> columns =
        List.of(new Column("a", Simple.LONG, true), new Column("b", Simple.LONG, true));
    Check positive = new Check.Minimum(BigDecimal.ZERO, true);
    Validator validator =
        Validator.compile(
            List.of(
                expect("warn:b", "b", positive, Action.WARN),
                expect("fail:b", "b", new Check.Required(), Action.FAIL),
                expect("positive:a", "a", positive, Action.QUARANTINE),
                expect("count:b", "b", positive, Action.COUNT)),
            columns);
    assertThat(kept(validator, GenericRowData.of(1L, 1L))).containsExactly("NONE");
    assertThat(kept(validator, GenericRowData.of(1L, -1L)))
        .containsExactly("NONE", "warn:b", "count:b");
    assertThat(kept(validator, GenericRowData.of(-1L, -1L))).containsExactly("positive:a");
    assertThat(kept(validator, GenericRowData.of(-1L, null))).containsExactly("fail:b");
  }

  private static List<String> kept(Validator validator, RowData row) {
    List<String> result = new ArrayList<>();
    int first =
        validator.firstViolation(row, NOW, i -> result.add(validator.expectations().get(i).rule()));
    result.add(0, first == Validator.NONE ? "NONE" : validator.expectations().get(first).rule());
    return result;
  }

  @Test
  void aValidRowCostsNoAllocation() {
    List<Column> columns =
        List.of(
            new Column("id", Simple.STRING, true),
            new Column("value", new Decimal(18, 2), true),
            new Column("currency", Simple.STRING, false),
            new Column("ts", Simple.TIMESTAMP_MICROS, false));
    Validator validator =
        Validator.compile(
            List.of(
                expect("r", "id", new Check.Required(), Action.QUARANTINE),
                expect(
                    "m",
                    "value",
                    new Check.Minimum(new BigDecimal("-1e12"), false),
                    Action.QUARANTINE),
                expect(
                    "v",
                    "currency",
                    new Check.ValidValues(Set.of("EUR", "USD")),
                    Action.QUARANTINE),
                expect("f", "ts", new Check.Freshness(Duration.ofMinutes(5)), Action.QUARANTINE)),
            columns);
    RowData row =
        GenericRowData.of(
            StringData.fromBytes(new byte[] {'a'}),
            DecimalData.fromUnscaledLong(5, 18, 2),
            StringData.fromBytes(new byte[] {'E', 'U', 'R'}),
            TimestampData.fromEpochMillis(NOW));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int violations = count(validator, row, 1_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    violations += count(validator, row, 10_000);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    assertThat(violations).isZero();
  }

  private static int count(Validator validator, RowData row, int rows) {
    int violations = 0;
    for (int i = 0; i < rows; i++) {
      if (validator.firstViolation(row, NOW, kept -> {}) != Validator.NONE) {
        violations++;
      }
    }
    return violations;
  }

  @Test
  void refusesRulesThatDoNotFitTheirColumn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> validator(new Check.Pattern("a"), Simple.LONG))
        .withMessage("the rule rule does not fit a column of type LONG");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> validator(new Check.ValidValues(Set.of("x")), Simple.LONG))
        .withMessage("the valid value 'x' of a numeric column is no number");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Validator.compile(
                    List.of(expect("r", "gone", new Check.Required(), Action.WARN)), List.of()))
        .withMessageContaining("the column gone, which is not among []");
  }
}
