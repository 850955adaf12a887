package io.sluice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
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

  private Configuration load(SandboxOptions options) throws Exception {
    Setting setting =
        new Setting(new SandboxHome(folder), new DistFolder(folder), options.ports(), options);
    Path conf = new FlinkConfig(setting).write();
    assertThat(Files.exists(conf.resolve("log4j2.properties"))).isTrue();
    return GlobalConfiguration.loadConfiguration(conf.toString());
  }
}
