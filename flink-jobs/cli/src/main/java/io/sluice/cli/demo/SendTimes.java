package io.sluice.cli.demo;

/**
 * When each event is to be sent. Open loop: with a rate the times are fixed beforehand, whatever
 * the broker or the job does, so a slow system shows as latency and not as a lower rate.
 */
public final class SendTimes {
  /** Above this rate events go out in bursts of a millisecond, which saves the job's processor. */
  private static final long BURST_FROM = 4_000;

  private static final long BURST_MICROS = 1_000;

  private final DemoClock clock;
  private final long rate;
  private final long startMicros;
  private long nextWake;

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
    long intended = startMicros + (long) (event * 1_000_000.0 / rate);
    if (rate < BURST_FROM) {
      clock.awaitMicros(intended);
    } else if (intended > nextWake) {
      nextWake = intended + BURST_MICROS;
      clock.awaitMicros(nextWake);
    }
    return intended;
  }
}
