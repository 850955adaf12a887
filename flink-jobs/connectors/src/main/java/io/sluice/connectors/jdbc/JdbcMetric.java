package io.sluice.connectors.jdbc;

/** The counters of a view in a database. Each has the label {@code view}. */
public enum JdbcMetric {
  REFUSED("rowsRefused", "rows", "rows that the database refuses for their content");

  /** The label of each metric. */
  public static final String LABEL = "view";

  private final String text;
  private final String unit;
  private final String meaning;

  JdbcMetric(String text, String unit, String meaning) {
    this.text = text;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** The metric's name, without Flink's scope. */
  public String text() {
    return text;
  }

  /** What is counted. */
  public String unit() {
    return unit;
  }

  /** One or two sentences for the reference. */
  public String meaning() {
    return meaning;
  }
}
