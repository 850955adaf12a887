package io.sluice.runtime.expression;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.udf.StringFunctions;
import io.sluice.udf.TimeFunctions;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** Functions on times and strings. */
final class NamedFunctions {
  private NamedFunctions() {}

  static Evaluator compile(Call call, List<Evaluator> arguments) {
    return switch (call.function()) {
      case DATE -> Evaluators.unary(arguments.get(0), date(argumentType(call)));
      case HOUR -> hour(call, arguments.get(0));
      case UPPER -> string(call, arguments, StringFunctions::upper);
      case LOWER -> string(call, arguments, StringFunctions::lower);
      case TRIM -> string(call, arguments, StringFunctions::trim);
      case CONCAT -> concat(call, arguments);
      default -> throw wrongType(call);
    };
  }

  private static ColumnType argumentType(Call call) {
    return call.arguments().get(0).type();
  }

  private static UnaryOperator<Object> date(ColumnType type) {
    if (type == Simple.DATE) {
      return UnaryOperator.identity();
    }
    if (Conversions.isTimestamp(type)) {
      return value -> TimeFunctions.date((TimestampData) value);
    }
    throw new IllegalArgumentException("date(%s): %s has no date".formatted(type, type));
  }

  private static Evaluator hour(Call call, Evaluator argument) {
    if (!Conversions.isTimestamp(argumentType(call))) {
      throw wrongType(call);
    }
    UnaryOperator<Object> toResult = Conversions.between(Simple.LONG, call.type());
    return Evaluators.unary(
        argument, value -> toResult.apply(TimeFunctions.hour((TimestampData) value)));
  }

  private static Evaluator string(
      Call call, List<Evaluator> arguments, UnaryOperator<StringData> function) {
    if (argumentType(call) != Simple.STRING) {
      throw wrongType(call);
    }
    return Evaluators.unary(arguments.get(0), value -> function.apply((StringData) value));
  }

  private static Evaluator concat(Call call, List<Evaluator> arguments) {
    ColumnType[] types = call.arguments().stream().map(Expression::type).toArray(ColumnType[]::new);
    Evaluator[] parts = arguments.toArray(Evaluator[]::new);
    return row -> {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < parts.length; i++) {
        Object value = parts[i].evaluate(row);
        if (value == null) {
          return null;
        }
        text.append(ValueText.of(types[i], value));
      }
      return StringData.fromString(text.toString());
    };
  }

  private static IllegalArgumentException wrongType(Call call) {
    return new IllegalArgumentException(
        "%s is not made for %s"
            .formatted(
                call.function().symbol(),
                call.arguments().stream().map(Expression::type).toList()));
  }
}
