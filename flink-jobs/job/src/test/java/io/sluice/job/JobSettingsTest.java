package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.Run;
import io.sluice.definition.model.Run.Checkpoint;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pipeline says of its run, in Flink's words. */
class JobSettingsTest {

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
