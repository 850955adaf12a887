package io.sluice.definition.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.ColumnRef;
import io.sluice.definition.model.Expression.Function;
import io.sluice.definition.model.Expression.Literal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How expressions are read and typed. */
class ExpressionParserTest {
  private static final Scope SCOPE =
      new Scope(
          List.of(
              new Column("i", Simple.INT, false),
              new Column("l", Simple.LONG, false),
              new Column("f", Simple.FLOAT, false),
              new Column("d", Simple.DOUBLE, false),
              new Column("m", new Decimal(18, 4), false),
              new Column("n", new Decimal(10, 2), true),
              new Column("big", new Decimal(38, 10), true),
              new Column("s", Simple.STRING, true),
              new Column("b", Simple.BOOLEAN, true),
              new Column("raw", Simple.BYTES, true),
              new Column("day", Simple.DATE, true),
              new Column("ms", Simple.TIMESTAMP_MILLIS, true),
              new Column("us", Simple.TIMESTAMP_MICROS, true),
              new Column("local", Simple.LOCAL_TIMESTAMP_MICROS, true),
              new Column("date", Simple.STRING, true),
              new Column("and", Simple.STRING, true),
              new Column("list", new ColumnType.Array(Simple.INT, false), true)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "i + i | long",
        "i + l | long",
        "i / l | double",
        "-i | long",
        "-f | double",
        "abs(i) | long",
        "abs(n) | decimal(10, 2)",
        "f + f | double",
        "m * d | double",
        "m + n | decimal(19, 4)",
        "m - 1 | decimal(24, 4)",
        "m + i | decimal(19, 4)",
        "m * n | decimal(28, 6)",
        "l * m | decimal(37, 4)",
        "big * big | decimal(38, 20)",
        "big + m | decimal(38, 10)",
        "m / n | decimal(38, 6)",
        "big / n | decimal(38, 10)",
        "1 | long",
        "1.50 | decimal(3, 2)",
        "0.001 | decimal(3, 3)",
        "1e3 | double",
        "-2.5 | decimal(2, 1)",
        "'a' | string",
        "true | boolean",
        "date(us) | date",
        "date(local) | date",
        "hour(ms) | int",
        "date | string",
        "`and` | string",
        "upper(trim(s)) | string",
        "concat(s, '-', date) | string",
        "is_null(list) | boolean",
        "i = 1.5 | boolean",
        "s != 'x' | boolean",
        "b == true | boolean",
        "day <= date(ms) | boolean",
        "not b or i > 1 and s = 'a' | boolean",
        "coalesce(n, 0) | decimal(21, 2)",
        "coalesce(i, d) | double",
        "coalesce(null, s) | string",
        "if(b, i, l) | long",
        "if(b, m, n) | decimal(18, 4)",
        "if(b, null, 1) | long",
        "IF(b AND b, 'x', 'y') | string",
      })
  void typesWhatItReads(String text, String type) {
    List<String> problems = new ArrayList<>();
    Optional<Expression> expression =
        ExpressionParser.parse(text, SCOPE, (at, message) -> problems.add(message));
    assertThat(problems).isEmpty();
    assertThat(Columns.describe(expression.orElseThrow().type())).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "x | 1 | unknown column 'x'.",
        "i +  | 4 | a value is missing here, before the end",
        "i i | 3 | 'i' does not belong here; an operator or the end is expected",
        "(i | 3 | ')' is missing here, before the end",
        "i ^ 2 | 3 | '^' does not belong here.",
        "\"s\" | 1 | '\"' does not belong here. Text stands in single quotes.",
        "'abc | 1 | the text that starts here has no closing '",
        "1.2.3 | 1 | this is not a number",
        "12abc | 1 | this is not a number",
        "99999999999999999999 | 1 | the number is too large for a long; write it with a point",
        "s + 'x' | 3 | '+' needs two numbers, but has string and string. Texts are joined with concat(a, b).",
        "i = 'x' | 3 | '=' cannot compare int with string",
        "b < b | 3 | '<' cannot compare boolean with boolean",
        "ms = us | 4 | '=' cannot compare timestamp-millis with timestamp-micros",
        "raw = raw | 5 | '=' cannot compare bytes with bytes",
        "s = null | 3 | '=' with null is never true. Use is_null(x).",
        "null | 1 | null alone has no type",
        "1 < 2 < 3 | 7 | comparisons cannot be chained; join them with 'and'",
        "not i | 1 | 'not' needs boolean, but has int",
        "b and s | 3 | 'and' needs boolean, but has string",
        "if(i, 1, 2) | 1 | the condition of if must be a boolean, but is int",
        "if(b, 1) | 1 | if takes 3 arguments (condition, then, else), but has 2",
        "if(b, 1, 's') | 1 | if needs values of one type, but has long and string",
        "coalesce(null, null) | 1 | coalesce of nothing but null has no type",
        "coalesce(s) | 1 | coalesce takes 2 or more arguments, but has 1",
        "date(day) | 1 | date needs a timestamp, but has date",
        "upper(i) | 1 | 'upper' needs string, but has int",
        "-s | 1 | '-' needs a number, but has string",
        "uper(s) | 1 | unknown function 'uper'.",
        "sum(i) | 1 | unknown function 'sum'. It is an aggregate, which only stands outermost in 'aggregate' of a view.",
        "_offset | 1 | unknown column '_offset'.",
      })
  void saysWhereAndWhatIsWrong(String text, int character, String message) {
    List<String> problems = new ArrayList<>();
    Optional<Expression> expression =
        ExpressionParser.parse(
            text == null ? "" : text, SCOPE, (at, what) -> problems.add((at + 1) + " " + what));
    assertThat(expression).isEmpty();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).startsWith(character + " " + message);
  }

  @Test
  void bindsTighterBeforeLooser() {
    assertThat(parse("i + l * 2 > 3 and not b or b"))
        .isEqualTo(
            call(
                Function.OR,
                Simple.BOOLEAN,
                call(
                    Function.AND,
                    Simple.BOOLEAN,
                    call(
                        Function.GREATER,
                        Simple.BOOLEAN,
                        call(
                            Function.ADD,
                            Simple.LONG,
                            new ColumnRef("i", Simple.INT),
                            call(
                                Function.MULTIPLY,
                                Simple.LONG,
                                new ColumnRef("l", Simple.LONG),
                                new Literal(2L, Simple.LONG))),
                        new Literal(3L, Simple.LONG)),
                    call(Function.NOT, Simple.BOOLEAN, new ColumnRef("b", Simple.BOOLEAN))),
                new ColumnRef("b", Simple.BOOLEAN)));
    assertThat(parse("l - 1 - 2")).isEqualTo(parse("(l - 1) - 2"));
  }

  @Test
  void convertsConstantsToTheTypeOfTheirPlace() {
    Decimal common = new Decimal(21, 2);
    assertThat(parse("coalesce(n, 0)"))
        .isEqualTo(
            call(
                Function.COALESCE,
                common,
                new ColumnRef("n", new Decimal(10, 2)),
                new Literal(new BigDecimal("0.00"), common)));
    assertThat(parse("if(b, null, 1e0)"))
        .isEqualTo(
            call(
                Function.IF,
                Simple.DOUBLE,
                new ColumnRef("b", Simple.BOOLEAN),
                new Literal(null, Simple.DOUBLE),
                new Literal(1.0, Simple.DOUBLE)));
  }

  @Test
  void readsQuotesInsideText() {
    assertThat(parse("'it''s'")).isEqualTo(new Literal("it's", Simple.STRING));
  }

  @Test
  void goesOnAfterAWrongPart() {
    List<String> problems = new ArrayList<>();
    ExpressionParser.parse("x + y * s", SCOPE, (at, message) -> problems.add(at + message));
    assertThat(problems).hasSize(2);
  }

  @Test
  void limitsLengthAndDepth() {
    List<String> problems = new ArrayList<>();
    for (String text :
        List.of(
            "(".repeat(2000) + "1" + ")".repeat(2000),
            "not ".repeat(900) + "b",
            "- ".repeat(1500) + "i",
            "abs(".repeat(900) + "i" + ")".repeat(900),
            "1" + " + 1".repeat(2000))) {
      ExpressionParser.parse(text, SCOPE, (at, message) -> problems.add(message));
    }
    assertThat(problems)
        .hasSize(5)
        .allMatch(message -> message.contains("levels deep") || message.contains("characters"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "count() | long",
        "sum(i) | decimal(38, 0)",
        "sum(f) | double",
        "sum(n) | decimal(38, 2)",
        "sum(m * l) | decimal(38, 4)",
        "avg(i) | double",
        "avg(n) | decimal(38, 6)",
        "avg(big) | decimal(38, 10)",
        "min(i) | int",
        "max(f) | float",
        "max(us) | timestamp-micros",
        "min(s) | string",
        "MAX(if(b, n, 0)) | decimal(21, 2)",
      })
  void typesAggregates(String text, String type) {
    List<String> problems = new ArrayList<>();
    Optional<Aggregate> aggregate =
        ExpressionParser.parseAggregate("x", text, SCOPE, (at, message) -> problems.add(message));
    assertThat(problems).isEmpty();
    assertThat(aggregate.orElseThrow().name()).isEqualTo("x");
    assertThat(Columns.describe(aggregate.get().type())).isEqualTo(type);
    assertThat(aggregate.get().optionalArgument().isEmpty()).isEqualTo(text.startsWith("count"));
  }

  private static Expression parse(String text) {
    return ExpressionParser.parse(
            text,
            SCOPE,
            (at, message) -> {
              throw new AssertionError(text + " at " + at + ": " + message);
            })
        .orElseThrow();
  }

  private static Call call(Function function, ColumnType type, Expression... arguments) {
    return new Call(function, List.of(arguments), type);
  }
}
