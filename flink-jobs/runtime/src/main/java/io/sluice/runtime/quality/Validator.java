package io.sluice.runtime.quality;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.runtime.expression.ValueText;
import io.sluice.runtime.row.RowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;

/**
 * All expectations of one contract, compiled against the columns of a row and checked in one pass.
 * A valid row costs no allocation, except for a pattern, which needs the string. The decision
 * depends on the row and its Kafka timestamp only, so that a replay decides the same. Not
 * serializable: operators compile it when they open. Not thread-safe.
 */
public final class Validator {
  /** What {@link #firstViolation} returns for a row that no rule rejects. */
  public static final int NONE = -1;

  private static final int MAX_VALUE_LENGTH = 100;

  private final List<Expectation> expectations;
  private final List<Column> columns;
  private final RowCheck[] checks;
  private final RowData.FieldGetter[] values;
  private final int[] positions;
  private final int[] rejecting;
  private final int[] keeping;

  private Validator(List<Expectation> expectations, List<Column> columns) {
    this.expectations = List.copyOf(expectations);
    this.columns = List.copyOf(columns);
    this.checks = new RowCheck[expectations.size()];
    this.values = new RowData.FieldGetter[expectations.size()];
    this.positions = new int[expectations.size()];
    List<Integer> rejectingRules = new ArrayList<>();
    List<Integer> keepingRules = new ArrayList<>();
    for (int i = 0; i < checks.length; i++) {
      Expectation expectation = expectations.get(i);
      positions[i] = position(expectation, columns);
      Column column = columns.get(positions[i]);
      checks[i] = RowChecks.compile(expectation, column, positions[i]);
      values[i] =
          RowData.createFieldGetter(RowTypes.logicalType(column.type(), true), positions[i]);
      boolean rejects =
          expectation.action() == Action.QUARANTINE || expectation.action() == Action.FAIL;
      (rejects ? rejectingRules : keepingRules).add(i);
    }
    this.rejecting = rejectingRules.stream().mapToInt(Integer::intValue).toArray();
    this.keeping = keepingRules.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Compiles the expectations.
   *
   * @param expectations in the order of the contract's file
   * @param columns the row's columns, in order
   * @throws IllegalArgumentException if an expectation names a column that is not there, or does
   *     not fit its type; the parser of definitions lets neither through
   */
  public static Validator compile(List<Expectation> expectations, List<Column> columns) {
    return new Validator(expectations, columns);
  }

  private static int position(Expectation expectation, List<Column> columns) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).name().equals(expectation.column()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the rule %s is about the column %s, which is not among %s"
                        .formatted(
                            expectation.rule(),
                            expectation.column(),
                            columns.stream().map(Column::name).toList())));
  }

  /** The expectations; the indices of this class count them. */
  public List<Expectation> expectations() {
    return expectations;
  }

  /**
   * Checks a row.
   *
   * @param kafkaTimestampMillis the record's Kafka timestamp, milliseconds since 1970
   * @param kept is given the index of every violated WARN and COUNT rule, if the row is kept
   * @return the index of the first violated QUARANTINE or FAIL rule in the order of the file, or
   *     {@link #NONE}
   */
  public int firstViolation(RowData row, long kafkaTimestampMillis, IntConsumer kept) {
    for (int i : rejecting) {
      if (!checks[i].holds(row, kafkaTimestampMillis)) {
        return i;
      }
    }
    for (int i : keeping) {
      if (!checks[i].holds(row, kafkaTimestampMillis)) {
        kept.accept(i);
      }
    }
    return NONE;
  }

  /**
   * What is wrong with the row, for people: the column, its value cut to 100 characters, and the
   * rule.
   *
   * @param expectation the index of a violated expectation
   */
  public String reason(int expectation, RowData row, long kafkaTimestampMillis) {
    Expectation violated = expectations.get(expectation);
    Column column = columns.get(positions[expectation]);
    Object value = values[expectation].getFieldOrNull(row);
    return Reasons.of(
        violated, cut(ValueText.of(column.type(), value)), value, kafkaTimestampMillis);
  }

  private static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= MAX_VALUE_LENGTH) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, MAX_VALUE_LENGTH)) + "...";
  }
}
