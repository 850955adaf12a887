package io.sluice.cli.demo.trade;

/**
 * When each event is to be sent. Open loop: with a rate the times are fixed beforehand, whatever
 * the broker or the job does, so a slow system shows as latency and not as a lower rate. Times fall
 * on whole milliseconds after the start: a timer for each single event would take the processor
 * from the job that is measured.
 */
public final class SendTimes {
  private static final long MILLI_MICROS = 1_000;

  private final DemoClock clock;
  private final long rate;
  private final long startMicros;

  /**
   * Starts now.
   *
   * @param rate events per second; 0 for as fast as possible
   */
  public SendTimes(DemoClock clock, long rate) {
    this.clock = clock;
    this.rate = rate;
    startMicros = clock.micros();
  }

  /** Waits for the event's turn and gives its intended send time in microseconds since 1970. */
  public long await(long event) {
    if (rate == 0) {
      return clock.micros();
    }
    long intended = startMicros + event * 1_000 / rate * MILLI_MICROS;
    clock.awaitMicros(intended);
    return intended;
  }
}
