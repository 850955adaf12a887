package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.server.SandboxConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job logs what the sandbox logs, to the container's output and where the web UI looks. */
class LoggingTest {
  private static final String LOG_FILE = "log.file";

  @TempDir private Path folder;

  /** Flink's scripts set it. */
  @BeforeEach
  void nameTheFile() {
    System.setProperty(LOG_FILE, folder.resolve("flink.log").toString());
  }

  @AfterEach
  void forgetTheFile() {
    System.clearProperty(LOG_FILE);
  }

  @Test
  void levelsAreThoseOfTheSandbox() throws IOException {
    Map<String, String> levels = SandboxConfig.levels(text());
    assertThat(levels).hasSizeGreaterThan(5);
    assertThat(levels).isEqualTo(SandboxConfig.logLevels(folder));
  }

  @Test
  void log4jTakesTheFile() throws IOException {
    try (LoggerContext context = new LoggerContext("test")) {
      Configuration configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(
                  context,
                  new ConfigurationSource(
                      new ByteArrayInputStream(text().getBytes(StandardCharsets.UTF_8))));
      context.start(configuration);
      assertThat(configuration.getAppenders()).containsOnlyKeys("console", "file");
      assertThat(
              configuration
                  .getLoggerConfig("org.apache.flink.runtime.checkpoint.CheckpointCoordinator")
                  .getLevel())
          .isEqualTo(Level.WARN);
      context.getLogger("io.sluice.job.Main").info("The job starts.");
    }
    assertThat(Files.readString(folder.resolve("flink.log"))).endsWith("- The job starts.\n");
  }

  private static String text() throws IOException {
    return Manifests.file("base/market-risk.yaml")
        .at("/spec/logConfiguration")
        .get("log4j-console.properties")
        .asText();
  }
}
