package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.Run;
import io.sluice.definition.model.Run.Checkpoint;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.CompressionType;

/** What a pipeline says of its run, in Flink's words. */
class JobSettingsTest {

  @TempDir private Path folder;

  @Test
  void theDefaultsAreThoseOfLatency() {
    Configuration flink = JobSettings.defaults(2).configuration();
    assertCheckpoints(flink, Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMinutes(2));
    assertThat(flink.get(PipelineOptions.MAX_PARALLELISM)).isEqualTo(120);
    // Within what a broker allows by default, fifteen minutes.
    assertThat(Run.defaults().transactionTimeout())
        .isEqualTo(Duration.ofMinutes(13).plusSeconds(10));
  }

  @Test
  void whatThePipelineSaysReachesFlink() {
    Checkpoint checkpoint =
        new Checkpoint(Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofMinutes(4));
    JobSettings settings =
        new JobSettings(5, new Run(OptionalInt.empty(), 720, checkpoint, Duration.ofMinutes(30)));
    Configuration flink = settings.configuration();
    assertCheckpoints(flink, Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofMinutes(4));
    assertThat(flink.get(PipelineOptions.MAX_PARALLELISM)).isEqualTo(720);
    assertThat(settings.run().transactionTimeout()).isEqualTo(Duration.ofMinutes(1 + 4 + 30 + 1));
  }

  /** Each setting that a pipeline may say is an option of Flink, and goes before the job's own. */
  @Test
  void settingsOfFlinkReachFlink() throws IOException {
    Path fixture = Path.of("../definition/src/test/resources/specs/fixture");
    Path file =
        Files.writeString(
            folder.resolve("pipeline.yaml"),
            Files.readString(fixture.resolve("pipeline.yaml"))
                + """
                run:
                  flink:
                    execution.buffer-timeout.interval: 20ms
                    pipeline.auto-watermark-interval: 200ms
                    metrics.latency.interval: 5s
                    state.backend.rocksdb.use-bloom-filter: false
                    state.backend.rocksdb.compression.per.level: LZ4_COMPRESSION
                    state.backend.rocksdb.thread.num: 4
                    state.backend.rocksdb.writebuffer.count: 3
                    state.backend.rocksdb.writebuffer.size: 32mb
                """);
    Run run = PipelineLoader.load(file, fixture).run();
    Configuration flink = new JobSettings(1, run).configuration();
    Map<ConfigOption<?>, Object> expected =
        Map.of(
            ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(20),
            PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(200),
            MetricOptions.LATENCY_INTERVAL, Duration.ofSeconds(5),
            RocksDBConfigurableOptions.USE_BLOOM_FILTER, false,
            RocksDBConfigurableOptions.COMPRESSION_PER_LEVEL,
                List.of(CompressionType.LZ4_COMPRESSION),
            RocksDBConfigurableOptions.MAX_BACKGROUND_THREADS, 4,
            RocksDBConfigurableOptions.MAX_WRITE_BUFFER_NUMBER, 3,
            RocksDBConfigurableOptions.WRITE_BUFFER_SIZE, MemorySize.ofMebiBytes(32));
    expected.forEach((option, value) -> assertThat(flink.get(option)).isEqualTo(value));
    assertThat(run.flink())
        .containsOnlyKeys(expected.keySet().stream().map(ConfigOption::key).toList());
  }

  /** What KEYS.md says of those that the job leaves to Flink. */
  @Test
  void theirDefaultsAreDocumented() throws IOException {
    assertThat(RocksDBConfigurableOptions.MAX_WRITE_BUFFER_NUMBER.defaultValue()).isEqualTo(2);
    assertThat(RocksDBConfigurableOptions.WRITE_BUFFER_SIZE.defaultValue())
        .isEqualTo(MemorySize.ofMebiBytes(64));
    assertThat(MetricOptions.LATENCY_INTERVAL.defaultValue()).isEqualTo(Duration.ZERO);
    Configuration flink = JobSettings.defaults(1).configuration();
    assertThat(flink.get(ExecutionOptions.BUFFER_TIMEOUT)).isEqualTo(Duration.ofSeconds(1));
    assertThat(flink.get(PipelineOptions.AUTO_WATERMARK_INTERVAL)).isEqualTo(Duration.ofMillis(50));
    assertThat(flink.get(RocksDBConfigurableOptions.MAX_BACKGROUND_THREADS)).isEqualTo(16);
  }

  private static void assertCheckpoints(
      Configuration flink, Duration interval, Duration minPause, Duration timeout) {
    assertThat(flink.get(CheckpointingOptions.CHECKPOINTING_INTERVAL)).isEqualTo(interval);
    assertThat(flink.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS)).isEqualTo(minPause);
    assertThat(flink.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT)).isEqualTo(timeout);
  }

  /** Flink refuses one that is shorter than the other interval. */
  @ParameterizedTest
  @CsvSource({"PT0.1S,PT1S", "PT1S,PT10S", "PT6S,PT1M", "PT30S,PT1M", "PT1M,PT1M", "PT1H,PT1H"})
  void commitsAreTenTimesRarerWhileCatchingUpUpToAMinute(String interval, String behind) {
    Run run =
        new Run(
            OptionalInt.empty(),
            120,
            Checkpoint.every(Duration.parse(interval)),
            Run.DEFAULT_RESTART_BUDGET);
    assertThat(
            new JobSettings(1, run)
                .configuration()
                .get(CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG))
        .isEqualTo(Duration.parse(behind));
  }

  @Test
  void noJobIsMoreParallelThanItsState() {
    assertThatThrownBy(() -> JobSettings.defaults(121))
        .hasMessage(
            "The parallelism is 121; it must be from 1 to 120, the pipeline's run.maxParallelism.");
  }
}
