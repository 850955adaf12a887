package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JobArgumentsTest {

  @Test
  void readsWhatMayBeRepeated() {
    JobArguments arguments =
        JobArguments.parse(
            new String[] {
              "--pipeline",
              "p",
              "--definitions",
              "d",
              "--restart-view",
              "a",
              "--restart-view",
              "b",
              "--store",
              "redis a=1b-2f",
              "--store",
              "registry trips=7:ab"
            });
    assertThat(arguments.restartViews()).isEqualTo(List.of("a", "b"));
    assertThat(arguments.stores())
        .isEqualTo(
            Map.of(
                new Store(Store.Kind.REDIS, "a"), "1b-2f",
                new Store(Store.Kind.REGISTRY, "trips"), "7:ab"));
  }

  @Test
  void refusesAStoreWithoutAnId() {
    for (String store : List.of("redis a", "redis=1", "oracle a=1", "=1", "")) {
      assertThatThrownBy(
              () ->
                  JobArguments.parse(
                      new String[] {"--pipeline", "p", "--definitions", "d", "--store", store}))
          .as(store)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--store is '" + store + "'; it must look like redis fares=ID.");
    }
  }

  @Test
  void theArgumentGoesBeforeThePipelineAndThatBeforeTheDefault() {
    Run said = run(OptionalInt.of(3), 120);
    assertThat(parse("--parallelism", "7").parallelism(said)).isEqualTo(7);
    assertThat(parse().parallelism(said)).isEqualTo(3);
    assertThat(parse().parallelism(Run.defaults())).isEqualTo(2);
    assertThat(parse().parallelism(run(OptionalInt.empty(), 1))).isEqualTo(1);
  }

  @Test
  void refusesAParallelismThatIsNone() {
    for (String text : List.of("0", "-1", "two", "32769", "1.5", "")) {
      assertThatThrownBy(() -> parse("--parallelism", text))
          .as(text)
          .hasMessage(
              "--parallelism is '%s'; it must be a number from 1 to 32768.".formatted(text));
    }
  }

  private static Run run(OptionalInt parallelism, int maxParallelism) {
    return new Run(
        parallelism, maxParallelism, Run.Profile.LATENCY.checkpoint(), Run.DEFAULT_RESTART_BUDGET);
  }

  private static JobArguments parse(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--pipeline", "p", "--definitions", "d"));
    arguments.addAll(List.of(more));
    return JobArguments.parse(arguments.toArray(String[]::new));
  }
}
