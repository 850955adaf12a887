package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every setting is one that Flink knows, by its present name, with a value that it can read. */
class FlinkKeysTest {
  private final Check check = new FlinkKeys();

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void overlaysAreRight(String name) throws Exception {
    assertThat(check.problems(Overlay.of(name).deployment())).isEmpty();
  }

  /** Else the check would pass for want of options. */
  @Test
  void optionsOfEachJarAreKnown() {
    assertThat(FlinkOptions.all().byKey())
        .hasSizeGreaterThan(500)
        .containsKeys(
            "execution.checkpointing.dir",
            "heartbeat.interval",
            "jobmanager.scheduler",
            "kubernetes.cluster-id",
            "state.backend.rocksdb.memory.managed",
            "state.changelog.dstl.dfs.base-path");
    assertThat(FlinkOptions.all().renamed())
        .containsEntry("state.backend", "state.backend.type")
        .containsEntry("dstl.dfs.base-path", "state.changelog.dstl.dfs.base-path");
  }
}
