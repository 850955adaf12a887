package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.prometheus.PrometheusServer;
import io.sluice.testkit.prometheus.ShortenedRules;
import io.sluice.testkit.tool.ToolCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A Prometheus with the shipped rules beside a scenario of other faults. Where none can be had it
 * watches nothing, and says so.
 */
final class AlertWatch implements AutoCloseable {
  /** An hour of the rules is a minute: a failure of seconds has to be seen. */
  private static final int DIVISOR = 60;

  private static final Path RULES = Path.of("..", "..", "k8s", "base", "alerts.yaml");

  private final Optional<PrometheusServer> prometheus;

  private AlertWatch(Optional<PrometheusServer> prometheus) {
    this.prometheus = prometheus;
  }

  /** Begins to watch a stack. */
  static AlertWatch of(FaultStack stack, Path folder) throws IOException, InterruptedException {
    try {
      return new AlertWatch(Optional.of(start(stack, folder, rules(DIVISOR))));
    } catch (ToolCache.NoneException none) {
      System.out.println("No alert was tried: " + none.getMessage());
      return new AlertWatch(Optional.empty());
    }
  }

  /** The shipped rules with all times divided. */
  static ShortenedRules rules(int divisor) throws IOException {
    return ShortenedRules.of(RULES, divisor);
  }

  /** By the sandbox's own configuration; the 30 s between two scrapes are one second here. */
  static PrometheusServer start(FaultStack stack, Path folder, ShortenedRules rules)
      throws IOException, InterruptedException, ToolCache.NoneException {
    String own = Files.readString(stack.sandbox().home().prometheusFile());
    assertThat(own).contains("scrape_interval: 5s");
    return PrometheusServer.start(
        folder, own.replace("scrape_interval: 5s", "scrape_interval: 1s"), rules);
  }

  /** Requires that Prometheus has values of the pipeline and no such alert. */
  void requireQuiet(String alert) throws IOException, InterruptedException {
    if (prometheus.isPresent()) {
      FaultRun.eventually("a record of the rules")
          .until(() -> prometheus.get().query("sluice:table_version:max").size() > 0);
      assertThat(prometheus.get().firing()).doesNotContain(alert);
    }
  }

  /** Requires that the alert has fired in the last minutes and waits until it does not. */
  void requireFired(String alert) throws IOException, InterruptedException {
    if (prometheus.isPresent()) {
      assertThat(prometheus.get().firedWithin(Duration.ofMinutes(5))).contains(alert);
      FaultRun.eventually("the end of " + alert)
          .until(() -> !prometheus.get().firing().contains(alert));
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (prometheus.isPresent()) {
      prometheus.get().close();
    }
  }
}
