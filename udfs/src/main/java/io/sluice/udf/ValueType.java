package io.sluice.udf;

/** What a registered function takes and gives. */
public enum ValueType {
  BOOLEAN("boolean"),
  INT("int"),
  LONG("long"),
  DOUBLE("double"),
  STRING("string"),
  /** An int of days since 1970-01-01. */
  DATE("date"),
  /**
   * An instant, or a local timestamp as it stands. Of arguments only: there are four kinds of it,
   * and a result is of one.
   */
  TIMESTAMP("timestamp");

  private final String text;

  ValueType(String text) {
    this.text = text;
  }

  /** The type as the reference of functions writes it. */
  public String text() {
    return text;
  }
}
