package io.sluice.udf;

import static io.sluice.udf.ValueType.INT;
import static io.sluice.udf.ValueType.STRING;
import static io.sluice.udf.ValueType.TIMESTAMP;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * The functions that an expression of a pipeline calls by name. A function is registered here and
 * nowhere else: what {@code validate} accepts, what operators compute and what {@code
 * schemas/FUNCTIONS.md} says follow from its constant.
 *
 * <p>The result is null when an argument is null; a function never sees one. A value that it cannot
 * compute is an {@link ArithmeticException}, which rejects the record.
 *
 * <p>Definitions are checked without Flink on the class path. That is why the constants have
 * lambdas and no method references: a lambda names Flink's classes only when it runs.
 */
public enum UserFunction {
  CONCAT(
      takes(STRING, STRING).andMore(),
      STRING,
      "the texts, one behind the other",
      values -> StringFunctions.concat(values)),
  DATE(
      takes(TIMESTAMP),
      ValueType.DATE,
      "the calendar date; an instant is read in UTC",
      values -> TimeFunctions.date((TimestampData) values[0])),
  HOUR(
      takes(TIMESTAMP),
      INT,
      "the hour of the day, 0 to 23; an instant is read in UTC",
      values -> (int) TimeFunctions.hour((TimestampData) values[0])),
  LOWER(
      takes(STRING),
      STRING,
      "the text in lower case",
      values -> StringFunctions.lower((StringData) values[0])),
  TRIM(
      takes(STRING),
      STRING,
      "the text without white space at both ends",
      values -> StringFunctions.trim((StringData) values[0])),
  UPPER(
      takes(STRING),
      STRING,
      "the text in upper case",
      values -> StringFunctions.upper((StringData) values[0]));

  /**
   * What a function takes.
   *
   * @param types one per argument, at least one
   * @param more whether further arguments of the last type may follow
   */
  public record Parameters(List<ValueType> types, boolean more) {
    public Parameters {
      types = List.copyOf(types);
    }

    private Parameters andMore() {
      return new Parameters(types, true);
    }

    /** Whether a call may have so many arguments. */
    public boolean fit(int arguments) {
      return more ? arguments >= types.size() : arguments == types.size();
    }

    /** The type of an argument, from 0. */
    public ValueType type(int argument) {
      return types.get(Math.min(argument, types.size() - 1));
    }

    /** How many there are: {@code 1 argument}, {@code 2 or more arguments}. */
    public String number() {
      return types.size()
          + (more ? " or more" : "")
          + (types.size() == 1 && !more ? " argument" : " arguments");
    }

    @Override
    public String toString() {
      String texts = types.stream().map(ValueType::text).collect(Collectors.joining(", "));
      return more ? texts + ", ..." : texts;
    }
  }

  /** Computes a result of arguments none of which is null. */
  @FunctionalInterface
  private interface Body {
    Object apply(Object[] values);
  }

  private final Parameters parameters;
  private final ValueType result;
  private final String meaning;
  private final Body body;

  UserFunction(Parameters parameters, ValueType result, String meaning, Body body) {
    this.parameters = parameters;
    this.result = result;
    this.meaning = meaning;
    this.body = body;
  }

  private static Parameters takes(ValueType... types) {
    return new Parameters(List.of(types), false);
  }

  /** The function of a name, as a pipeline file writes it, in any case. */
  public static Optional<UserFunction> named(String name) {
    return Arrays.stream(values())
        .filter(function -> function.symbol().equalsIgnoreCase(name))
        .findFirst();
  }

  /** The name that a pipeline file calls. */
  public String symbol() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a call takes. */
  public Parameters parameters() {
    return parameters;
  }

  /** What a call gives. */
  public ValueType result() {
    return result;
  }

  /** What a call gives, in words. */
  public String meaning() {
    return meaning;
  }

  /**
   * Calls the function.
   *
   * @param values Flink's internal data objects of the parameters' types, none null
   * @return the internal data object of the result's type
   * @throws ArithmeticException if these arguments have no result
   */
  public Object apply(Object... values) {
    return body.apply(values);
  }
}
