package io.sluice.definition.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.expression.ExpressionParser;
import io.sluice.definition.expression.Scope;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.udf.UserFunction;
import io.sluice.udf.ValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference of functions says what the registry has, and the parser takes all of it. */
class FunctionReferenceTest {
  /** One column per type, named like it. */
  private static final Scope SCOPE =
      new Scope(
          Arrays.stream(ValueType.values())
              .map(type -> new Column("a_" + type.text(), column(type), true))
              .toList());

  private static Simple column(ValueType type) {
    return type == ValueType.TIMESTAMP
        ? Simple.TIMESTAMP_MICROS
        : Simple.valueOf(type.text().toUpperCase(Locale.ROOT));
  }

  @Test
  void isWhatTheRegistryHas() throws IOException {
    ReferenceFile.check("FUNCTIONS.md", text());
  }

  @ParameterizedTest
  @EnumSource
  void readsACallOfEachFunction(UserFunction function) {
    String arguments =
        function.parameters().types().stream()
            .map(type -> "a_" + type.text())
            .collect(Collectors.joining(", "));
    List<String> problems = new ArrayList<>();
    Optional<Expression> call =
        ExpressionParser.parse(
            function.symbol() + "(" + arguments + ")",
            SCOPE,
            (at, problem) -> problems.add(problem));
    assertThat(problems).isEmpty();
    assertThat(call.orElseThrow().type()).isEqualTo(column(function.result()));
  }

  private static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            # The functions of expressions

            Made of the registry [`UserFunction`](../udfs/README.md); do not edit it. `FunctionReferenceTest` fails when it is out of date, and says how to write it anew.
            Operators, aggregates and the functions of the language itself (`abs`, `coalesce`, `if`, `is_null`) are in [definition](../flink-jobs/definition/README.md).

            A call is null when an argument is null. A value that cannot be computed rejects the record. A `timestamp` is any of Avro's four kinds.

            | function | gives | meaning |
            |---|---|---|
            """);
    for (UserFunction function : UserFunction.values()) {
      text.append(
          "| `%s(%s)` | %s | %s |\n"
              .formatted(
                  function.symbol(),
                  function.parameters(),
                  function.result().text(),
                  function.meaning()));
    }
    return text.toString();
  }
}
