package io.sluice.cli.demo;

import java.nio.file.Path;

/**
 * What the shipped {@code market-risk} pipeline calls things. The demo reads the stores on its own,
 * so it names them on its own.
 */
final class Names {
  static final String PIPELINE = "market-risk";
  static final String DATASET = "trades";
  static final String TOPIC = "market-risk.trades.v1";
  static final String DEAD_LETTER_TOPIC = TOPIC + ".dlq";
  static final String EXPOSURE = "exposure_by_book_1m";
  static final String POSITION = "position_by_book";
  static final String REDIS_PREFIX = "sluice:" + POSITION + ":";

  private Names() {}

  /** The tables of the pipeline under a lake's root. */
  record Tables(Path bronze, Path silver, Path quarantine, Path gold, Path late, Path ledger) {
    static Tables under(Path lake) {
      return new Tables(
          lake.resolve("bronze").resolve(DATASET),
          lake.resolve("silver").resolve(DATASET),
          lake.resolve("quarantine").resolve(DATASET),
          lake.resolve("gold").resolve(EXPOSURE),
          lake.resolve("late").resolve(EXPOSURE),
          lake.resolve("ledger").resolve(PIPELINE));
    }
  }
}
