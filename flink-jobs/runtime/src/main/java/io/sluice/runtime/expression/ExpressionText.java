package io.sluice.runtime.expression;

import io.sluice.definition.Expression;
import io.sluice.definition.Expression.Call;
import io.sluice.definition.Expression.ColumnRef;
import io.sluice.definition.Expression.Function;
import io.sluice.definition.Expression.Literal;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes an expression as a pipeline file would, for messages; column types stand behind names. */
final class ExpressionText {
  private static final Set<Function> INFIX =
      EnumSet.of(
          Function.ADD,
          Function.SUBTRACT,
          Function.MULTIPLY,
          Function.DIVIDE,
          Function.EQUAL,
          Function.NOT_EQUAL,
          Function.LESS,
          Function.LESS_OR_EQUAL,
          Function.GREATER,
          Function.GREATER_OR_EQUAL,
          Function.AND,
          Function.OR);

  private ExpressionText() {}

  static String of(Expression expression) {
    if (expression instanceof ColumnRef column) {
      return "%s:%s".formatted(column.name(), column.type());
    }
    if (expression instanceof Literal literal) {
      return literal.value() instanceof String text
          ? "'" + text + "'"
          : String.valueOf(literal.value());
    }
    Call call = (Call) expression;
    boolean infix = INFIX.contains(call.function());
    String arguments =
        call.arguments().stream()
            .map(ExpressionText::of)
            .collect(
                Collectors.joining(infix ? " " + call.function().symbol() + " " : ", ", "(", ")"));
    return infix ? arguments : call.function().symbol() + arguments;
  }
}
