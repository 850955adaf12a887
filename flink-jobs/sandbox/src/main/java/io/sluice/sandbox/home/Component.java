package io.sluice.sandbox.home;

import java.util.Locale;

/**
 * One server process of the local stack. The order is the order of starting; the stack stops in the
 * reverse one.
 */
public enum Component {
  POSTGRES("PostgreSQL"),
  REDIS("Redis"),
  KAFKA("the Kafka broker"),
  REGISTRY("the schema registry"),
  S3("the object store"),
  JOBMANAGER("the Flink JobManager"),
  TASKMANAGER("the Flink TaskManager");

  private final String title;

  Component(String title) {
    this.title = title;
  }

  /** As it reads within a sentence: "the Kafka broker". */
  public String title() {
    return title;
  }

  /** Name of its log file without the ending and of its folders: "kafka". */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
