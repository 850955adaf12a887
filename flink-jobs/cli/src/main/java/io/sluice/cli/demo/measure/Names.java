package io.sluice.cli.demo.measure;

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
      String bronze, String silver, String quarantine, String gold, String late, String ledger) {
    /**
     * @param lake an absolute path or {@code s3://bucket/key}
     */
    public static Tables under(String lake) {
      return new Tables(
          lake + "/bronze/" + DATASET,
          lake + "/silver/" + DATASET,
          lake + "/quarantine/" + DATASET,
          lake + "/gold/" + EXPOSURE,
          lake + "/late/" + EXPOSURE,
          lake + "/ledger/" + PIPELINE);
    }
  }
}
