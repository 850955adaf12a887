package io.sluice.runtime.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.ColumnRef;
import io.sluice.definition.model.Expression.Function;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.definition.model.Expression.Named;
import io.sluice.udf.UserFunction;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class ExpressionCompilerTest {
  private static final Decimal PRICE = new Decimal(18, 4);
  private static final List<Column> COLUMNS =
      List.of(
          new Column("quantity", Simple.LONG, false),
          new Column("lots", Simple.INT, false),
          new Column("price", PRICE, false),
          new Column("rate", Simple.DOUBLE, false),
          new Column("weight", Simple.FLOAT, false),
          new Column("side", Simple.STRING, true),
          new Column("event_ts", Simple.TIMESTAMP_MICROS, false),
          new Column("day", Simple.DATE, true),
          new Column("open", Simple.BOOLEAN, true),
          new Column("raw", Simple.BYTES, true));
  private static final RowData ROW =
      GenericRowData.of(
          12L,
          3,
          decimal("2.5000", 18, 4),
          0.5,
          0.25f,
          StringData.fromString("Sell"),
          TimestampData.fromInstant(Instant.parse("2026-03-01T22:15:00.000001Z")),
          null,
          true,
          new byte[] {1, 2});

  private static DecimalData decimal(String number, int precision, int scale) {
    return DecimalData.fromBigDecimal(new BigDecimal(number), precision, scale);
  }

  private static ColumnRef column(String name) {
    ColumnType type =
        COLUMNS.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().type();
    return new ColumnRef(name, type);
  }

  private static Literal literal(Serializable value, ColumnType type) {
    return new Literal(value, type);
  }

  private static Literal number(long value) {
    return literal(value, Simple.LONG);
  }

  private static Literal text(String value) {
    return literal(value, Simple.STRING);
  }

  private static Object value(Function function, ColumnType type, Expression... arguments) {
    return value(new Call(function, List.of(arguments), type));
  }

  private static Object value(UserFunction function, Expression... arguments) {
    return value(new Named(function, List.of(arguments)));
  }

  private static Object value(Expression expression) {
    return ExpressionCompiler.compile(expression, COLUMNS).evaluate(ROW);
  }

  private static Object is(Function function, Expression left, Expression right) {
    return value(function, Simple.BOOLEAN, left, right);
  }

  @Test
  void readsColumnsAndLiterals() {
    assertThat(value(column("lots"))).isEqualTo(3);
    assertThat(value(column("side"))).isEqualTo(StringData.fromString("Sell"));
    assertThat(value(column("day"))).isNull();
    assertThat(value(number(7))).isEqualTo(7L);
    assertThat(value(literal(new BigDecimal("1.50"), new Decimal(3, 2))))
        .isEqualTo(decimal("1.50", 3, 2));
    assertThat(value(literal(null, Simple.STRING))).isNull();
  }

  @Test
  void computesIntegersAsLongs() {
    assertThat(value(Function.ADD, Simple.LONG, column("lots"), column("quantity"))).isEqualTo(15L);
    assertThat(value(Function.SUBTRACT, Simple.LONG, column("lots"), column("lots"))).isEqualTo(0L);
    assertThat(value(Function.MULTIPLY, Simple.LONG, column("lots"), number(-2))).isEqualTo(-6L);
    assertThat(value(Function.NEGATE, Simple.LONG, column("quantity"))).isEqualTo(-12L);
    assertThat(value(Function.ABS, Simple.INT, column("lots"))).isEqualTo(3);
    assertThat(value(Function.DIVIDE, Simple.DOUBLE, column("lots"), column("quantity")))
        .isEqualTo(0.25);
  }

  @Test
  void computesDecimalsExactly() {
    assertThat(value(Function.MULTIPLY, new Decimal(37, 4), column("quantity"), column("price")))
        .isEqualTo(decimal("30.0000", 37, 4));
    assertThat(value(Function.MULTIPLY, new Decimal(28, 4), column("lots"), column("price")))
        .isEqualTo(decimal("7.5000", 28, 4));
    assertThat(value(Function.ADD, new Decimal(19, 4), column("price"), column("price")))
        .isEqualTo(decimal("5.0000", 19, 4));
    assertThat(value(Function.SUBTRACT, new Decimal(24, 4), column("lots"), column("price")))
        .isEqualTo(decimal("0.5000", 24, 4));
    assertThat(value(Function.DIVIDE, new Decimal(38, 6), column("price"), column("lots")))
        .isEqualTo(decimal("0.833333", 38, 6));
    assertThat(value(Function.NEGATE, PRICE, column("price"))).isEqualTo(decimal("-2.5000", 18, 4));
  }

  @Test
  void computesDoubles() {
    assertThat(value(Function.ADD, Simple.DOUBLE, column("rate"), column("price"))).isEqualTo(3.0);
    assertThat(value(Function.MULTIPLY, Simple.DOUBLE, column("weight"), column("lots")))
        .isEqualTo(0.75);
    assertThat(value(Function.NEGATE, Simple.FLOAT, column("weight"))).isEqualTo(-0.25f);
  }

  @Test
  void explainsWhatHasNoValue() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(
            () -> value(Function.ADD, Simple.LONG, column("quantity"), number(Long.MAX_VALUE)))
        .withMessage("quantity + 9223372036854775807 has no value: long overflow");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> value(Function.DIVIDE, Simple.DOUBLE, column("lots"), number(0)))
        .withMessageContaining("division by zero");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> value(Function.MULTIPLY, new Decimal(2, 0), column("lots"), number(100)))
        .withMessage("lots * 100 has no value: 300 does not fit decimal(2, 0)");
  }

  @Test
  void comparesAcrossTypes() {
    assertThat(is(Function.GREATER, column("quantity"), column("price"))).isEqualTo(true);
    assertThat(
            is(Function.EQUAL, column("price"), literal(new BigDecimal("2.5"), new Decimal(2, 1))))
        .isEqualTo(true);
    assertThat(is(Function.LESS, column("lots"), column("quantity"))).isEqualTo(true);
    assertThat(
            is(Function.EQUAL, column("rate"), literal(new BigDecimal("0.5"), new Decimal(2, 1))))
        .isEqualTo(true);
    assertThat(is(Function.NOT_EQUAL, column("side"), text("Buy"))).isEqualTo(true);
    assertThat(is(Function.LESS_OR_EQUAL, column("side"), text("Sell"))).isEqualTo(true);
    assertThat(is(Function.GREATER_OR_EQUAL, column("event_ts"), column("event_ts")))
        .isEqualTo(true);
    assertThat(is(Function.EQUAL, column("raw"), column("raw"))).isEqualTo(true);
    assertThat(is(Function.EQUAL, column("day"), column("day"))).isNull();
    assertThat(is(Function.EQUAL, column("side"), literal(null, Simple.LONG))).isNull();
  }

  @Test
  void comparesNothingWithNaN() {
    Literal nan = literal(Double.NaN, Simple.DOUBLE);
    assertThat(is(Function.EQUAL, nan, nan)).isEqualTo(false);
    assertThat(is(Function.NOT_EQUAL, nan, column("lots"))).isEqualTo(true);
    assertThat(is(Function.GREATER, nan, column("price"))).isEqualTo(false);
  }

  @Test
  void knowsThreeTruthValues() {
    Literal unknown = literal(null, Simple.BOOLEAN);
    Literal yes = literal(true, Simple.BOOLEAN);
    Literal no = literal(false, Simple.BOOLEAN);
    assertThat(is(Function.AND, unknown, no)).isEqualTo(false);
    assertThat(is(Function.AND, unknown, yes)).isNull();
    assertThat(is(Function.AND, column("open"), yes)).isEqualTo(true);
    assertThat(is(Function.OR, unknown, yes)).isEqualTo(true);
    assertThat(is(Function.OR, unknown, no)).isNull();
    assertThat(is(Function.OR, no, no)).isEqualTo(false);
    assertThat(value(Function.NOT, Simple.BOOLEAN, unknown)).isNull();
    assertThat(value(Function.NOT, Simple.BOOLEAN, yes)).isEqualTo(false);
    assertThat(value(Function.IS_NULL, Simple.BOOLEAN, column("day"))).isEqualTo(true);
  }

  @Test
  void choosesInTheTypeOfTheResult() {
    Expression sell =
        new Call(Function.EQUAL, List.of(column("side"), text("Sell")), Simple.BOOLEAN);
    assertThat(
            value(
                Function.IF,
                Simple.LONG,
                sell,
                new Call(Function.NEGATE, List.of(column("lots")), Simple.INT),
                column("quantity")))
        .isEqualTo(-3L);
    assertThat(
            value(
                Function.IF,
                new Decimal(23, 4),
                literal(null, Simple.BOOLEAN),
                column("price"),
                column("lots")))
        .isEqualTo(decimal("3.0000", 23, 4));
    assertThat(
            value(Function.COALESCE, Simple.DOUBLE, literal(null, Simple.STRING), column("lots")))
        .isEqualTo(3.0);
    assertThat(value(Function.COALESCE, Simple.DATE, column("day"))).isNull();
  }

  @Test
  void appliesNamedFunctions() {
    assertThat(value(UserFunction.DATE, column("event_ts")))
        .isEqualTo((int) LocalDate.of(2026, 3, 1).toEpochDay());
    assertThat(value(UserFunction.HOUR, column("event_ts"))).isEqualTo(22);
    assertThat(value(UserFunction.UPPER, column("side"))).isEqualTo(StringData.fromString("SELL"));
    assertThat(value(UserFunction.LOWER, column("side"))).isEqualTo(StringData.fromString("sell"));
    assertThat(value(UserFunction.TRIM, text("  x "))).isEqualTo(StringData.fromString("x"));
    assertThat(value(UserFunction.CONCAT, column("side"), text(" "), text("2.5000")))
        .isEqualTo(StringData.fromString("Sell 2.5000"));
    assertThat(value(UserFunction.CONCAT, column("side"), literal(null, Simple.STRING))).isNull();
    assertThat(value(UserFunction.HOUR, literal(null, Simple.TIMESTAMP_MILLIS))).isNull();
  }

  @Test
  void refusesWhatTheParserWouldNotLetThrough() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(new ColumnRef("missing", Simple.LONG)))
        .withMessageContaining("no column missing among [quantity, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(new ColumnRef("lots", Simple.LONG)))
        .withMessageContaining("column lots is INT");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> is(Function.EQUAL, column("side"), column("lots")))
        .withMessageContaining("STRING cannot be compared with INT");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(UserFunction.UPPER, column("lots")))
        .withMessage("upper takes (string), not [INT]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(UserFunction.CONCAT, column("side")))
        .withMessage("concat takes (string, string, ...), not [STRING]");
  }
}
