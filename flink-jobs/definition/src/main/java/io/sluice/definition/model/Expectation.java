package io.sluice.definition.model;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * One rule of a contract about one column of one record.
 *
 * @param rule the name that a reject carries, unique within the contract
 * @param column the column that is looked at
 * @param check what must hold
 * @param action what happens to a record for which it does not hold
 */
public record Expectation(String rule, String column, Check check, Action action)
    implements Serializable {
  public Expectation {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(action, "action");
  }

  /** What happens to a record that breaks the rule. */
  public enum Action {
    /** Severity {@code info}: the record is kept and counted. */
    COUNT,
    /** Severity {@code warning}: the record is kept, counted and the first ones are logged. */
    WARN,
    /** Severity {@code error}, the default: the record becomes a reject. */
    QUARANTINE,
    /** Custom property {@code sluice.action: fail}: the job stops. */
    FAIL
  }

  /** What must hold for a value. Every check but {@link Required} accepts null. */
  public sealed interface Check extends Serializable {
    /** The value is not null. */
    record Required() implements Check {}

    /** The number is not below the bound (or above it, when {@code exclusive}). */
    record Minimum(BigDecimal bound, boolean exclusive) implements Check {}

    /** The number is not above the bound (or below it, when {@code exclusive}). */
    record Maximum(BigDecimal bound, boolean exclusive) implements Check {}

    /** The string has at least so many Unicode code points. */
    record MinLength(int length) implements Check {}

    /** The string has at most so many Unicode code points. */
    record MaxLength(int length) implements Check {}

    /** The whole string matches the regular expression. */
    record Pattern(String regex) implements Check {}

    /** The value, written as a string, is one of these. */
    record ValidValues(Set<String> values) implements Check {
      public ValidValues {
        values = Set.copyOf(values);
      }
    }

    /** The instant is at most so much older than the record's Kafka timestamp. */
    record Freshness(Duration maxAge) implements Check {}
  }
}
