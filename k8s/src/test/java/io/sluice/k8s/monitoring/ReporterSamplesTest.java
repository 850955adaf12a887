package io.sluice.k8s.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.sluice.k8s.FlinkKeys;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Overlay;
import io.sluice.k8s.TestingKubernetes;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.datadog.DatadogHttpReporterFactory;
import org.apache.flink.metrics.otel.OpenTelemetryReporterOptions;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The samples of other reporters, as patches of the job of production: their settings are options
 * that the classes of the reporters declare, and Flink's deployer takes the result.
 */
@Timeout(60)
class ReporterSamplesTest {
  private static final String SETTINGS = "/spec/flinkConfiguration/";
  private static final String KEY = "-Dmetrics.reporter.datadog.apikey=$DATADOG_API_KEY";

  @TempDir private Path folder;

  @Test
  void datadogKnowsItsSettingsAndItsKeyIsAReference() throws Exception {
    ObjectNode patched = patched("samples/metrics-datadog.yaml");
    assertReporter(patched, "datadog", texts(DatadogHttpReporterFactory.class));
    assertThat(Manifests.settings(patched))
        .doesNotContainKey("metrics.reporter.datadog.apikey")
        .containsEntry("kubernetes.taskmanager.entrypoint.args", KEY);
    try (TestingKubernetes kubernetes = new TestingKubernetes(folder)) {
      var client = kubernetes.client();
      kubernetes.deploy(patched);
      Container container =
          client
              .apps()
              .deployments()
              .inNamespace("sluice-prod")
              .withName("market-risk")
              .get()
              .getSpec()
              .getTemplate()
              .getSpec()
              .getContainers()
              .get(0);
      assertThat(container.getArgs().get(0)).isEqualTo("bash");
      assertThat(container.getArgs()).last().asString().contains(KEY);
    }
  }

  @Test
  void openTelemetryKnowsItsSettings() throws Exception {
    ObjectNode patched = patched("samples/metrics-opentelemetry.yaml");
    Map<String, Optional<ConfigOption<?>>> options = options(OpenTelemetryReporterOptions.class);
    assertThat(options).containsKeys("exporter.endpoint", "service.name");
    assertReporter(patched, "otel", options);
  }

  private static void assertReporter(
      ObjectNode patched, String name, Map<String, Optional<ConfigOption<?>>> own)
      throws Exception {
    Map<String, Optional<ConfigOption<?>>> known = options(MetricOptions.class);
    known.putAll(own);
    String prefix = "metrics.reporter." + name + ".";
    ObjectNode others = patched.deepCopy();
    List<String> found = new ArrayList<>();
    Manifests.settings(patched)
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                String setting = key.substring(prefix.length());
                assertThat(known).as(key).containsKey(setting);
                known.get(setting).ifPresent(option -> requireParsed(option, value));
                found.add(setting);
                ((ObjectNode) others.at("/spec/flinkConfiguration")).remove(key);
              }
            });
    assertThat(found).contains("factory.class").hasSizeGreaterThan(4);
    assertThat(new FlinkKeys().problems(others)).isEmpty();
    assertThat(Manifests.settings(patched).get("metrics.reporters").split(","))
        .containsExactly("prom", name);
    Class<?> factory = Class.forName(Manifests.settings(patched).get(prefix + "factory.class"));
    assertThat(MetricReporterFactory.class).isAssignableFrom(factory);
  }

  private static void requireParsed(ConfigOption<?> option, String value) {
    Configuration configuration = new Configuration();
    configuration.setString(option.key(), value);
    assertThat(configuration.get(option)).as("%s: %s", option.key(), value).isNotNull();
  }

  /** The options that a class declares, by their keys. */
  private static Map<String, Optional<ConfigOption<?>>> options(Class<?> type) throws Exception {
    Map<String, Optional<ConfigOption<?>>> options = new HashMap<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == ConfigOption.class) {
        field.setAccessible(true);
        ConfigOption<?> option = (ConfigOption<?>) field.get(null);
        options.put(option.key(), Optional.of(option));
      }
    }
    return options;
  }

  /** The keys of a factory that reads texts. */
  private static Map<String, Optional<ConfigOption<?>>> texts(Class<?> type) throws Exception {
    Map<String, Optional<ConfigOption<?>>> options = new HashMap<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == String.class) {
        field.setAccessible(true);
        options.put((String) field.get(null), Optional.empty());
      }
    }
    assertThat(options).containsKeys("apikey", "tags");
    return options;
  }

  /** The job of the overlay prod, with each line of a sample done to it. */
  private static ObjectNode patched(String sample) throws Exception {
    ObjectNode deployment = Overlay.of("prod").deployment().deepCopy();
    ObjectNode settings = (ObjectNode) deployment.at("/spec/flinkConfiguration");
    JsonNode patch = Manifests.YAML.readTree(Path.of(sample).toFile());
    for (JsonNode line : patch) {
      String path = line.get("path").asText();
      assertThat(path).startsWith(SETTINGS);
      String key = path.substring(SETTINGS.length());
      assertThat(settings.has(key)).as(key).isEqualTo(line.get("op").asText().equals("replace"));
      settings.put(key, line.get("value").asText());
    }
    return deployment;
  }
}
