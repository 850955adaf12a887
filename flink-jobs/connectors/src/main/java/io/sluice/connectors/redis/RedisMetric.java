package io.sluice.connectors.redis;

/** The metrics of a view in Redis. Each has the label {@value #LABEL}. */
public enum RedisMetric {
  SERVING_LATENCY(
      "serving_latency_ms",
      "histogram",
      "milliseconds",
      "from the Kafka timestamp of the newest event in a row to Redis's answer, of the last 1000 rows of a running view; windows have none, they wait for their end. Replayed rows count again. The clocks of producer and TaskManager are compared"),
  FENCED(
      "redis_fenced_total",
      "counter",
      "rows",
      "rows that Redis left out, because it holds the same or a newer version"),
  REFUSED("rowsRefused", "counter", "rows", "rows that Redis refuses for their content"),
  ACKNOWLEDGED("acknowledgedRows", "counter", "rows", "rows that Redis has answered"),
  PENDING("pendingKeys", "gauge", "keys", "keys that wait to be sent");

  /** The label of each metric. */
  public static final String LABEL = "view";

  private final String text;
  private final String kind;
  private final String unit;
  private final String meaning;

  RedisMetric(String text, String kind, String unit, String meaning) {
    this.text = text;
    this.kind = kind;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** The metric's name, without Flink's scope. */
  public String text() {
    return text;
  }

  /** One of gauge, counter, histogram. */
  public String kind() {
    return kind;
  }

  /** What is counted or measured. */
  public String unit() {
    return unit;
  }

  /** One or two sentences for the reference. */
  public String meaning() {
    return meaning;
  }
}
