package io.sluice.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.checkpoint.CheckpointCoordinator;
import org.apache.flink.runtime.checkpoint.CheckpointFailureManager;
import org.apache.flink.runtime.source.coordinator.SourceCoordinator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkConfigTest {

  @TempDir Path folder;

  @Test
  void isReadByFlinkAsMeant() throws Exception {
    Configuration configuration = load(SandboxOptions.standard().withSlots(3));
    assertThat(configuration.get(RestOptions.PORT)).isEqualTo(Ports.standard().flink());
    assertThat(configuration.get(RestOptions.BIND_ADDRESS)).isEqualTo("127.0.0.1");
    assertThat(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS)).isEqualTo(3);
    assertThat(configuration.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT).toSeconds())
        .isEqualTo(8);
    assertThat(configuration.get(TaskManagerOptions.MANAGED_MEMORY_SIZE).getMebiBytes())
        .isEqualTo(768);
    assertThat(configuration.toMap()).containsKey("high-availability.type");
  }

  @Test
  void canBeChangedAndDoWithoutHighAvailability() throws Exception {
    Configuration configuration =
        load(
            new SandboxOptions(
                Ports.standard(), 2, false, Map.of("heartbeat.timeout", "20000", "odd", "it's")));
    assertThat(configuration.toMap())
        .doesNotContainKey("high-availability.type")
        .containsEntry("odd", "it's");
    assertThat(configuration.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT).toSeconds())
        .isEqualTo(20);
  }

  /** Each of these wrote a line or more per checkpoint. */
  @Test
  void keepsTheLogFreeOfLinesThatRepeatEveryCheckpoint() throws Exception {
    load(SandboxOptions.standard());
    Properties logging = new Properties();
    Path conf = new SandboxHome(folder).flinkData().resolve("conf/log4j2.properties");
    logging.load(new StringReader(Files.readString(conf)));
    Map<String, String> levels = new HashMap<>();
    for (String key : logging.stringPropertyNames()) {
      if (key.endsWith(".name") && key.startsWith("logger.")) {
        levels.put(logging.getProperty(key), logging.getProperty(key.replace(".name", ".level")));
      }
    }
    assertThat(levels)
        .containsEntry(MetricGroup.class.getName(), "ERROR")
        .containsEntry(CheckpointCoordinator.class.getName(), "WARN")
        .containsEntry(CheckpointFailureManager.class.getName(), "WARN")
        .containsEntry(SourceCoordinator.class.getName(), "WARN");
  }

  private Configuration load(SandboxOptions options) throws Exception {
    Setting setting =
        new Setting(new SandboxHome(folder), new DistFolder(folder), options.ports(), options);
    Path conf = new FlinkConfig(setting).write();
    assertThat(Files.exists(conf.resolve("log4j2.properties"))).isTrue();
    return GlobalConfiguration.loadConfiguration(conf.toString());
  }
}
