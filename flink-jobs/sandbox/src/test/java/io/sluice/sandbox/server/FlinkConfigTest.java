package io.sluice.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.Storage;
import io.sluice.sandbox.home.StorageChoice;
import io.sluice.sandbox.secrets.ObjectStoreKeys;
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
                Ports.standard(),
                2,
                false,
                Map.of("heartbeat.timeout", "20000", "odd", "it's"),
                true));
    assertThat(configuration.toMap())
        .doesNotContainKey("high-availability.type")
        .containsEntry("odd", "it's");
    assertThat(configuration.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT).toSeconds())
        .isEqualTo(20);
  }

  @Test
  void keepsTheStateOfJobsInTheBucketWithoutSayingWhoAsks() throws Exception {
    SandboxHome home = new SandboxHome(folder);
    home.create(Progress.silent());
    StorageChoice.of(home).choose(Storage.S3, false);
    ObjectStoreKeys keys = ObjectStoreKeys.create(home.secrets());
    Map<String, String> settings = load(SandboxOptions.standard()).toMap();
    assertThat(settings)
        .containsEntry("execution.checkpointing.dir", "s3://sluice/flink/checkpoints")
        .containsEntry("execution.checkpointing.savepoint-dir", "s3://sluice/flink/savepoints")
        .containsEntry("state.changelog.dstl.dfs.base-path", "s3://sluice/flink/checkpoints")
        .containsEntry("s3.endpoint", "http://127.0.0.1:19000")
        .containsEntry("high-availability.storageDir", "s3://sluice/flink/ha")
        .containsEntry("high-availability.local-dir", folder + "/data/flink/ha")
        .doesNotContainKeys("s3.access-key", "s3.secret-key");
    assertThat(settings.values()).doesNotContain(keys.accessKey(), keys.secretKey());
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
