package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.Variables;
import io.sluice.job.JobInCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The job reads from the mounted ConfigMaps the pipeline that the repository holds. */
class DefinitionsMountTest {

  @TempDir private Path root;

  @Test
  void isReadAsTheRepository() throws Exception {
    Path repository = Manifests.REPOSITORY;
    assertThat(mounted(Overlay.of("prod")))
        .isEqualTo(
            PipelineLoader.load(
                repository.resolve("flink-jobs/pipelines/market-risk.yaml"),
                repository.resolve("schemas")));
  }

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void theJobTakesItsArguments(String name) throws Exception {
    Overlay overlay = Overlay.of(name);
    ObjectNode deployment = overlay.deployment();
    assertThat(
            JobInCode.parallelism(EffectiveConfiguration.arguments(deployment), mounted(overlay)))
        .isEqualTo(deployment.at("/spec/job/parallelism").asInt());
  }

  /** The pipeline as the job loads it. */
  private Pipeline mounted(Overlay overlay) throws IOException {
    ObjectNode deployment = overlay.deployment();
    JsonNode mount = deployment.at("/spec/podTemplate/spec/containers/0/volumeMounts/0");
    overlay.mount(deployment.at("/spec/podTemplate/spec/volumes/0"), path(mount.get("mountPath")));
    List<String> arguments = EffectiveConfiguration.arguments(deployment);
    return PipelineLoader.load(
        path(arguments.get(arguments.indexOf("--pipeline") + 1)),
        path(arguments.get(arguments.indexOf("--definitions") + 1)),
        Variables.own());
  }

  private Path path(JsonNode text) {
    return path(text.asText());
  }

  /** A path of the container, in the test's folder. */
  private Path path(String absolute) {
    assertThat(absolute).startsWith("/");
    return root.resolve(absolute.substring(1));
  }
}
