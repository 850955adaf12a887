package io.sluice.sandbox.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.secrets.MetricsToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackReporterTest {
  @TempDir private Path secrets;
  private MetricsToken token;
  private LoopbackReporter reporter;

  @BeforeEach
  void open() throws IOException {
    token = MetricsToken.create(secrets);
    reporter = new LoopbackReporterFactory().createMetricReporter(settings(0));
    MetricConfig asTheyAre = new MetricConfig();
    asTheyAre.setProperty("filterLabelValueCharacters", "false");
    reporter.open(asTheyAre);
  }

  @AfterEach
  void close() {
    reporter.close();
  }

  /** One label, with whatever a name may hold. */
  private static final class TestingGroup extends UnregisteredMetricsGroup
      implements LogicalScopeProvider {
    private final String view;

    TestingGroup(String view) {
      this.view = view;
    }

    @Override
    public Map<String, String> getAllVariables() {
      return Map.of("<view>", view);
    }

    @Override
    public String getLogicalScope(CharacterFilter filter) {
      return getLogicalScope(filter, '.');
    }

    @Override
    public String getLogicalScope(CharacterFilter filter, char delimiter) {
      return String.join(String.valueOf(delimiter), "taskmanager", "job", "view");
    }

    @Override
    public MetricGroup getWrappedMetricGroup() {
      return this;
    }
  }

  private Properties settings(int port) {
    Properties settings = new Properties();
    settings.putAll(Map.of("port", "" + port, "token-file", token.file().toString()));
    return settings;
  }

  private HttpResponse<String> ask(String method, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(reporter.port())))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String bearer() throws IOException {
    return "Bearer " + Files.readString(token.file()).strip();
  }

  @Test
  void givesMetricsToWhoShowsTheToken() throws Exception {
    SimpleCounter counter = new SimpleCounter();
    counter.inc(3);
    reporter.notifyOfAddedMetric(
        counter, "late_total", new TestingGroup("say \"no\"\nto: \\ silver/trades"));
    HttpResponse<String> answer = ask("GET", "Authorization", bearer());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).contains("version=0.0.4");
    assertThat(answer.body())
        .contains(
            "\nflink_taskmanager_job_view_late_total{view=\"say \\\"no\\\"\\nto: \\\\ silver/trades\",} 3.0\n");
  }

  @Test
  void givesNothingToOthers() throws Exception {
    assertThat(ask("GET").statusCode()).isEqualTo(401);
    assertThat(ask("GET", "Authorization", "Bearer x").statusCode()).isEqualTo(401);
    assertThat(ask("GET", "Authorization", bearer() + "x").statusCode()).isEqualTo(401);
    assertThat(ask("POST", "Authorization", bearer()).statusCode()).isEqualTo(405);
  }

  @Test
  void listensOnTheLoopbackAddressOnly() throws Exception {
    for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : network.inetAddresses().toList()) {
        if (!address.isLoopbackAddress()) {
          assertThatThrownBy(() -> new Socket(address, reporter.port()).close())
              .isInstanceOf(IOException.class);
        }
      }
    }
  }

  @Test
  void saysWhichPortIsTaken() {
    assertThatThrownBy(
            () -> new LoopbackReporterFactory().createMetricReporter(settings(reporter.port())))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1:" + reporter.port());
  }
}
