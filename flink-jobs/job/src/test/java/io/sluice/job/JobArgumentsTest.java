package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.edit.Store;
import java.util.List;
import java.util.Map;
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
}
