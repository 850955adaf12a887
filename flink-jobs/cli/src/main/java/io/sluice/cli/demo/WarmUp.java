package io.sluice.cli.demo;

/**
 * The time at the beginning of a run of which no latency is told: Java compiles what runs most. At
 * least half of the sending time is measured, however short it is.
 *
 * @param micros events sent in the first so many microseconds are left out
 */
public record WarmUp(long micros) {
  static final long MICROS_PER_SECOND = 1_000_000;

  /** What two cores need to compile a job and the servers around it. */
  private static final long LONGEST = 40 * MICROS_PER_SECOND;

  /** After less than that, times of a second are as likely as times of milliseconds. */
  private static final long SHORTEST = 20 * MICROS_PER_SECOND;

  /** The warm-up of a run that sends for so long. */
  public static WarmUp of(long sendingMicros) {
    return new WarmUp(Math.min(LONGEST, sendingMicros / 2));
  }

  double seconds() {
    return micros / (double) MICROS_PER_SECOND;
  }

  /** Whether what is measured afterwards is what a job does that has run for a while. */
  boolean suffices() {
    return micros >= SHORTEST;
  }
}
