package io.sluice.connectors.kafka.measure;

/** The counters of a topic that is written. Their operator says which. */
public enum KafkaMetric {
  LOST_TRANSACTIONS(
      "",
      "lostTransactions",
      "transactions",
      "transactions that could not be committed; any value above 0 needs a person. Shown for 65 s before the task fails, so that a scrape sees it"),
  SHORT_MESSAGES(
      "user",
      "shortMessages",
      "messages",
      "dead letters without the bytes that do not fit into a message"),
  MESSAGES_LEFT_OUT(
      "user", "messagesLeftOut", "messages", "dead letters that do not fit into a message at all");

  private final String group;
  private final String text;
  private final String unit;
  private final String meaning;

  KafkaMetric(String group, String text, String unit, String meaning) {
    this.group = group;
    this.text = text;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** The group that Flink puts around it; empty for none. */
  public String group() {
    return group;
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
