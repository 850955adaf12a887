package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicLivesTest {
  private static final Path DEFINITIONS = Path.of("src/test/resources/orders");
  private static final Pipeline PIPELINE =
      PipelineLoader.load(DEFINITIONS.resolve("orders.yaml"), DEFINITIONS);
  private static final Pipeline.Source SOURCE = PIPELINE.sources().get("orders");

  private static TopicLife life(Map<String, Long> bronze, Map<Integer, Long> ends) {
    return TopicLives.life(SOURCE, "b", Map.of("bronze/orders", bronze), ends);
  }

  @Test
  void aTopicThatNoTableKnowsLivesForTheFirstTime() {
    assertThat(life(Map.of(), Map.of(0, 0L))).isEqualTo(new TopicLife("b", 0));
  }

  @Test
  void positionsWithoutAnIdAreOfTheTopicThatThereIs() {
    assertThat(life(Map.of("orders.v1/0", 4L), Map.of(0, 5L, 1, 0L)).first()).isTrue();
  }

  @Test
  void livesAreCountedByTheIdsThatTheTablesKnow() {
    Map<String, Long> bronze =
        Map.of(
            "orders.v1/0",
            90L,
            "orders.v1/0@a",
            99L,
            "orders.v1/1@c",
            7L,
            "orders.v1/0@b",
            1L,
            "other/0@d",
            50L);
    assertThat(life(bronze, Map.of(0, 2L))).isEqualTo(new TopicLife("b", 2));
  }

  @Test
  void aTopicThatEndsBeforeWhatATableHoldsIsRefused() {
    assertThatThrownBy(() -> life(Map.of("orders.v1/0", 4L), Map.of(0, 2L)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "dataset orders", "partition 0", "orders.v1", "offset 2", "bronze/orders", "offset 4");
    assertThatThrownBy(() -> life(Map.of("orders.v1/1@b", 4L), Map.of(0, 9L)))
        .hasMessageContaining("partition 1 of the topic orders.v1 ends at offset 0");
  }
}
