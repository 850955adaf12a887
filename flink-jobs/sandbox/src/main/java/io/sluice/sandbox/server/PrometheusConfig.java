package io.sluice.sandbox.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.scrape.LoopbackReporterFactory;
import io.sluice.sandbox.secrets.MetricsToken;
import java.util.LinkedHashMap;
import java.util.Map;

/** How Flink's processes give their metrics to Prometheus, and how Prometheus finds them. */
final class PrometheusConfig {
  private static final String REPORTER = "metrics.reporter.prom.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private PrometheusConfig() {}

  /** Settings of both processes; the port is {@link #port}. */
  static Map<String, String> settings(MetricsToken token) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("metrics.reporters", "prom");
    settings.put(REPORTER + "factory.class", LoopbackReporterFactory.class.getName());
    settings.put(REPORTER + LoopbackReporterFactory.TOKEN_FILE, token.file().toString());
    // Names of tables and pipelines as they are, with '/' and '-'.
    settings.put(REPORTER + "filterLabelValueCharacters", "false");
    // A text, which Prometheus would show as 0; 'sluice status' reads it by REST.
    settings.put(REPORTER + "filter.excludes", "*:ledger_counts");
    return settings;
  }

  /** The setting of one process, as an argument. */
  static String port(int port) {
    return "-D" + REPORTER + "port=" + port;
  }

  /** A configuration with which Prometheus collects what both processes give. */
  static String file(Ports ports, MetricsToken token) {
    try {
      return """
      # Written at each start of the sandbox: prometheus --config.file=THIS --web.listen-address=127.0.0.1:9090
      scrape_configs:
        - job_name: sluice
          scrape_interval: 5s
          authorization: {credentials_file: %s}
          static_configs:
            - targets: ["%s:%d"]
              labels: {component: jobmanager}
            - targets: ["%s:%d"]
              labels: {component: taskmanager}
      """
          .formatted(
              JSON.writeValueAsString(token.file().toString()),
              Endpoints.HOST,
              ports.jobmanagerMetrics(),
              Endpoints.HOST,
              ports.taskmanagerMetrics());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A text can be written as JSON.", e);
    }
  }
}
