package io.sluice.cli.demo.measure;

import java.nio.file.Path;

/**
 * What the shipped {@code market-risk} pipeline calls things. The demo reads the stores on its own,
 * so it names them on its own.
 */
public final class Names {
  public static final String PIPELINE = "market-risk";
  public static final String DATASET = "trades";
  public static final String TOPIC = "market-risk.trades.v1";
  public static final String DEAD_LETTER_TOPIC = TOPIC + ".dlq";
  public static final String EXPOSURE = "exposure_by_book_1m";
  static final String POSITION = "position_by_book";
  public static final String REDIS_PREFIX = "sluice:" + POSITION + ":";

  private Names() {}

  /** The tables of the pipeline under a lake's root. */
  public record Tables(
      Path bronze, Path silver, Path quarantine, Path gold, Path late, Path ledger) {
    public static Tables under(Path lake) {
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
