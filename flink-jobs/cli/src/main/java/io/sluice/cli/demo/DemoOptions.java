package io.sluice.cli.demo;

import io.sluice.cli.demo.trade.TradeMix;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a demo was asked to do.
 *
 * @param rate events per second, 0 for as fast as possible
 * @param dirty the dirty share, 0 to {@value TradeMix#MAX_DIRTY}
 * @param prefill whether everything is produced before the job is submitted
 * @param exit whether to end after the report
 */
public record DemoOptions(
    int events,
    long rate,
    long seed,
    double dirty,
    boolean prefill,
    boolean exit,
    Optional<Path> json) {
  /** With fewer, a partition may stay empty and hold all windows back. */
  static final int FEWEST_EVENTS = 100;

  static final int MOST_EVENTS = 50_000_000;

  public DemoOptions {
    if (events < FEWEST_EVENTS || events > MOST_EVENTS) {
      throw new IllegalArgumentException(
          "--events must be %,d to %,d, not %,d.".formatted(FEWEST_EVENTS, MOST_EVENTS, events));
    }
    if (rate < 0) {
      throw new IllegalArgumentException(
          "--rate must be 0 (as fast as possible) or more, not %,d.".formatted(rate));
    }
    if (!(dirty >= 0 && dirty <= TradeMix.MAX_DIRTY)) {
      throw new IllegalArgumentException(
          "--dirty must be 0 to %s, not %s.".formatted(TradeMix.MAX_DIRTY, dirty));
    }
  }
}
