package io.sluice.cli.demo.measure;

import org.HdrHistogram.Histogram;

/**
 * A measured distribution, in milliseconds.
 *
 * @param samples how many events were measured; without one the others are null
 */
public record Percentiles(long samples, Double p50, Double p99, Double max) {
  private static final double MICROS_PER_MILLI = 1000;

  /** Nothing was measured. */
  public static Percentiles none() {
    return new Percentiles(0, null, null, null);
  }

  /** Reads a histogram of microseconds. */
  static Percentiles of(Histogram micros) {
    return micros.getTotalCount() == 0
        ? none()
        : new Percentiles(
            micros.getTotalCount(),
            millis(micros.getValueAtPercentile(50)),
            millis(micros.getValueAtPercentile(99)),
            millis(micros.getMaxValue()));
  }

  private static double millis(long micros) {
    return Math.round(micros / MICROS_PER_MILLI * 10) / 10.0;
  }

  @Override
  public String toString() {
    return samples == 0
        ? "not measured"
        : "p50 %.1f ms, p99 %.1f ms, max %.1f ms (%,d events)".formatted(p50, p99, max, samples);
  }
}
