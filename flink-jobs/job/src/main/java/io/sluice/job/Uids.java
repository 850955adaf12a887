package io.sluice.job;

import io.sluice.definition.edit.ViewStart;

/**
 * The uid of every operator, in one place. A uid names the operator's state in savepoints: it is
 * made of the stage and the dataset or view, and never changes once released.
 */
final class Uids {
  static final String SOURCE = "source-";
  static final String BRONZE_ROWS = "bronze-rows-";
  static final String BRONZE = "bronze-";
  static final String DECODE = "decode-";
  static final String VALIDATE = "validate-";
  static final String DERIVE = "derive-";
  static final String EVENT_TIME = "event-time-";
  static final String DEDUPLICATE = "deduplicate-";
  static final String ACCEPT = "accept-";
  static final String SILVER = "silver-";
  static final String QUARANTINE = "quarantine-";
  static final String DEAD_LETTERS = "dead-letters-";
  static final String DEAD_LETTER_TOPIC = "dead-letter-topic-";
  static final String LEDGER_ROWS = "ledger-rows-";
  static final String LEDGER = "ledger-";
  static final String VIEW_INPUT = "view-input-";
  static final String VIEW = "view-";
  static final String GOLD = "gold-";
  static final String LATE = "late-";
  static final String REJECTED = "rejected-";
  static final String JDBC = "jdbc-";
  static final String REDIS = "redis-";

  private Uids() {}

  /** A view that began anew has nothing in common with its former state. */
  static String view(String name, ViewStart start) {
    return VIEW + name + (start.generation() == 0 ? "" : "." + start.generation());
  }
}
