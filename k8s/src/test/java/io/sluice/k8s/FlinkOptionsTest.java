package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The options that {@link FlinkKeys} compares settings with. */
class FlinkOptionsTest {

  /** Else the check would pass for want of options. */
  @Test
  void optionsOfEachJarAreKnown() {
    assertThat(FlinkOptions.all().byKey())
        .hasSizeGreaterThan(500)
        .containsKeys(
            "execution.checkpointing.dir",
            "heartbeat.interval",
            "job.autoscaler.catch-up.duration",
            "jobmanager.scheduler",
            "kubernetes.cluster-id",
            "state.backend.rocksdb.memory.managed",
            "state.changelog.dstl.dfs.base-path");
    assertThat(FlinkOptions.all().renamed())
        .containsEntry("state.backend", "state.backend.type")
        .containsEntry("dstl.dfs.base-path", "state.changelog.dstl.dfs.base-path");
  }
}
