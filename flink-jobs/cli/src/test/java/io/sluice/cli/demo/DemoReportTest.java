package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.demo.measure.LakeFindings;
import io.sluice.cli.demo.measure.Percentiles;
import io.sluice.cli.demo.measure.ReconciliationTest;
import io.sluice.cli.demo.trade.ExpectedResults;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class DemoReportTest {
  private static final long SECOND = WarmUp.MICROS_PER_SECOND;

  private static String summary(Percentiles serving, long sendingMicros, boolean prefilled) {
    var found =
        ReconciliationTest.findings(
            new LakeFindings.Coordinates(ReconciliationTest.records(2), 2),
            new ExpectedResults.Exposure(BigDecimal.TEN, 1, 1));
    var all = new Percentiles(9, 5.0, 800.0, 900.0);
    var times = new DemoTimes(1234.6, serving, all, all, WarmUp.of(sendingMicros));
    return new DemoReport(found, times, true).summary(prefilled);
  }

  private static Percentiles p50(double millis) {
    return new Percentiles(5, millis, millis + 10, millis + 20);
  }

  @Test
  void saysWhatTheNumbersOfAWarmJobMean() {
    assertThat(summary(p50(4.7), 50 * SECOND, false))
        .startsWith("PASS: each of the 4 trades is accounted for.")
        .contains("serving latency  p50 4.7 ms, p99 14.7 ms")
        .contains("1,235 events/s, from the first send")
        .contains("Redis 4.7 ms after they were sent, 99 of 100 within 14.7 ms")
        .contains("Measured warm, without the first 25 s. With them: p50 5.0 ms, p99 800.0 ms");
  }

  @Test
  void doesNotCallAShortRunWarm() {
    assertThat(summary(p50(4.7), 2 * SECOND, false))
        .contains("without the first 1.0 s, but the job was not warm yet")
        .doesNotContain("Measured warm");
  }

  @Test
  void doesNotSellAQueueForALatency() {
    assertThat(summary(p50(9_000), 90 * SECOND, false))
        .contains("The job did not keep up: trades waited in Kafka.")
        .doesNotContain("Measured warm");
  }

  @Test
  void aRunWithoutMeasurementsTellsNone() {
    assertThat(summary(Percentiles.none(), 0, true))
        .contains("1,235 events/s, from the running job")
        .doesNotContain("latency");
    assertThat(summary(Percentiles.none(), 0, false)).contains("serving latency  not measured");
  }
}
