package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.job.UnscalableTasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the operator may scale, and where. */
class AutoscalingTest {
  private static final String EXCLUDED = "job.autoscaler.vertex.exclude.ids";

  @TempDir private Path lake;

  /**
   * A busy committer would ask for TaskManagers that it cannot use. The ids are those that Flink
   * makes of the operators' uids, so they stay until the pipeline has another table.
   */
  @Test
  void tasksThatOnlyOneSubtaskCanDoAreLeftAlone() throws Exception {
    Set<String> expected =
        UnscalableTasks.of(
            PipelineLoader.load(
                Manifests.REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml"),
                Manifests.REPOSITORY.resolve("schemas")),
            lake);
    // An aggregator and a committer for each table but the ledger, which is one task for good.
    assertThat(expected).hasSize(14);
    assertThat(Manifests.settings(Manifests.file("base/market-risk.yaml")).get(EXCLUDED).split(";"))
        .as("%s of base/market-risk.yaml should be %s", EXCLUDED, String.join(";", expected))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void onlyProdScales(String name) throws Exception {
    Map<String, String> settings = Manifests.settings(Overlay.of(name).deployment());
    assertThat(settings)
        .containsEntry("job.autoscaler.enabled", "true")
        .containsEntry("job.autoscaler.scaling.enabled", Boolean.toString(name.equals("prod")))
        .containsKeys(
            "job.autoscaler.metrics.window",
            "job.autoscaler.stabilization.interval",
            "job.autoscaler.catch-up.duration",
            "job.autoscaler.backlog-processing.lag-threshold");
    assertThat(List.of(settings.get(EXCLUDED).split(";"))).doesNotHaveDuplicates();
  }
}
