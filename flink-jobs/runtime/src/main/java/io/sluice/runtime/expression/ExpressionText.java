package io.sluice.runtime.expression;

import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.ColumnRef;
import io.sluice.definition.model.Expression.Function;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.definition.model.Expression.Named;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes an expression for messages as its author did: no types, and parentheses where needed. */
final class ExpressionText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> WORDS = Set.of("and", "or", "not", "true", "false", "null");
  private static final int SIGN = 7;
  private static final int NAME_OR_CALL = 8;

  private ExpressionText() {}

  static String of(Expression expression) {
    if (expression instanceof ColumnRef column) {
      boolean plain = PLAIN.matcher(column.name()).matches() && !isWord(column.name());
      return plain ? column.name() : '`' + column.name().replace("`", "``") + '`';
    }
    if (expression instanceof Literal literal) {
      return literal(literal.value());
    }
    if (expression instanceof Named named) {
      return call(named.function().symbol(), named.arguments());
    }
    Call call = (Call) expression;
    List<Expression> arguments = call.arguments();
    String symbol = call.function().symbol();
    return switch (call.function()) {
      case NEGATE -> "-" + operand(arguments.get(0), SIGN);
      case NOT -> "not " + operand(arguments.get(0), binding(Function.NOT));
      default ->
          binding(call.function()) == NAME_OR_CALL
              ? call(symbol, arguments)
              : infix(call.function(), arguments);
    };
  }

  private static String call(String symbol, List<Expression> arguments) {
    return arguments.stream()
        .map(ExpressionText::of)
        .collect(Collectors.joining(", ", symbol + "(", ")"));
  }

  private static boolean isWord(String name) {
    return WORDS.contains(name.toLowerCase(Locale.ROOT));
  }

  private static String literal(Object value) {
    if (value instanceof String text) {
      return "'" + text.replace("'", "''") + "'";
    }
    return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
  }

  /** What is applied one after the other needs no parentheses on the left. */
  private static String infix(Function function, List<Expression> arguments) {
    int binding = binding(function);
    boolean chains = binding != binding(Function.EQUAL);
    StringBuilder text =
        new StringBuilder(operand(arguments.get(0), chains ? binding : binding + 1));
    for (Expression argument : arguments.subList(1, arguments.size())) {
      text.append(' ').append(function.symbol()).append(' ');
      text.append(operand(argument, binding + 1));
    }
    return text.toString();
  }

  private static String operand(Expression expression, int atLeast) {
    boolean looser = expression instanceof Call call && binding(call.function()) < atLeast;
    return looser ? "(" + of(expression) + ")" : of(expression);
  }

  /** How tightly a function binds its arguments; see the parser of definitions. */
  private static int binding(Function function) {
    return switch (function) {
      case OR -> 1;
      case AND -> 2;
      case NOT -> 3;
      case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> 4;
      case ADD, SUBTRACT -> 5;
      case MULTIPLY, DIVIDE -> 6;
      case NEGATE -> SIGN;
      default -> NAME_OR_CALL;
    };
  }
}
