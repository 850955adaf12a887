package io.sluice.runtime.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.ColumnRef;
import io.sluice.definition.model.Expression.Function;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.definition.model.Expression.Named;
import io.sluice.udf.UserFunction;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionTextTest {
  private static final Expression A = new ColumnRef("a", Simple.LONG);
  private static final Expression B = new ColumnRef("b", Simple.LONG);
  private static final Expression C = new ColumnRef("c d", Simple.LONG);

  private static Expression call(Function function, Expression... arguments) {
    return new Call(function, List.of(arguments), Simple.LONG);
  }

  private static String text(Function function, Expression... arguments) {
    return ExpressionText.of(call(function, arguments));
  }

  @Test
  void writesParenthesesWhereTheyAreNeeded() {
    assertThat(text(Function.DIVIDE, A, B)).isEqualTo("a / b");
    assertThat(text(Function.SUBTRACT, call(Function.SUBTRACT, A, B), C))
        .isEqualTo("a - b - `c d`");
    assertThat(text(Function.SUBTRACT, A, call(Function.SUBTRACT, B, A))).isEqualTo("a - (b - a)");
    assertThat(text(Function.DIVIDE, call(Function.ADD, A, B), call(Function.MULTIPLY, A, B)))
        .isEqualTo("(a + b) / (a * b)");
    assertThat(text(Function.ADD, call(Function.MULTIPLY, A, B), call(Function.NEGATE, A)))
        .isEqualTo("a * b + -a");
    assertThat(text(Function.NEGATE, call(Function.ADD, A, B))).isEqualTo("-(a + b)");
  }

  @Test
  void writesConditionsCallsAndConstants() {
    Expression equal = call(Function.EQUAL, A, new Literal("it's", Simple.STRING));
    Expression either = call(Function.OR, equal, call(Function.IS_NULL, B));
    assertThat(ExpressionText.of(either)).isEqualTo("a = 'it''s' or is_null(b)");
    assertThat(text(Function.AND, either, call(Function.NOT, either)))
        .isEqualTo("(a = 'it''s' or is_null(b)) and not (a = 'it''s' or is_null(b))");
    assertThat(text(Function.EQUAL, equal, call(Function.EQUAL, A, B)))
        .isEqualTo("(a = 'it''s') = (a = b)");
    BigDecimal tiny = new BigDecimal("0.0000000001");
    Expression small = new Literal(tiny, new ColumnType.Decimal(10, 10));
    assertThat(text(Function.IF, equal, small, new Literal(null, Simple.LONG)))
        .isEqualTo("if(a = 'it''s', 0.0000000001, null)");
    Expression name = new ColumnRef("s", Simple.STRING);
    Expression trimmed = new Named(UserFunction.TRIM, List.of(name));
    assertThat(ExpressionText.of(new Named(UserFunction.CONCAT, List.of(trimmed, name))))
        .isEqualTo("concat(trim(s), s)");
  }
}
