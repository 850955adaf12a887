package io.sluice.sandbox.scrape;

import io.sluice.sandbox.home.Endpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Makes Flink's Prometheus reporter, which here listens on 127.0.0.1 only and asks for a token.
 * Settings below {@code metrics.reporter.<name>.}: {@code port}, and {@code token-file}, whose
 * content a request shows as {@code Authorization: Bearer}.
 */
public final class LoopbackReporterFactory implements MetricReporterFactory {

  /** The setting that names the file of the token. */
  public static final String TOKEN_FILE = "token-file";

  @Override
  public LoopbackReporter createMetricReporter(Properties settings) {
    int port = Integer.parseInt(settings.getProperty("port"));
    Path file = Path.of(settings.getProperty(TOKEN_FILE));
    try {
      return new LoopbackReporter(
          new InetSocketAddress(Endpoints.HOST, port), Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Metrics cannot be served on %s:%d with the token in %s: %s"
              .formatted(Endpoints.HOST, port, file, e.getMessage()),
          e);
    }
  }
}
