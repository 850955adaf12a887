package io.sluice.k8s.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.k8s.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The workflow of GitHub may do little, and runs what stands in it and nothing newer. */
class WorkflowTest {
  private static final Path FILE = Manifests.REPOSITORY.resolve(".github/workflows/build.yaml");

  /** An action at one commit, and in a remark the version that this is. */
  private static final Pattern PINNED =
      Pattern.compile("\\s+(- )?uses: [\\w-]+/[\\w-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");

  private static JsonNode workflow() throws IOException {
    return Manifests.YAML.readTree(FILE.toFile());
  }

  private static List<JsonNode> steps() throws IOException {
    List<JsonNode> steps = new ArrayList<>();
    for (JsonNode job : workflow().get("jobs")) {
      job.get("steps").forEach(steps::add);
    }
    return steps;
  }

  private static JsonNode step(String name) throws IOException {
    return steps().stream()
        .filter(each -> each.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachActionIsPinned() throws IOException {
    List<String> uses =
        Files.readAllLines(FILE).stream().filter(line -> line.contains("uses:")).toList();
    assertThat(uses).hasSize(steps().stream().filter(each -> each.has("uses")).toList().size());
    assertThat(uses).isNotEmpty().allMatch(line -> PINNED.matcher(line).matches());
  }

  @Test
  void itMayReadTheSourcesAndNothingElse() throws IOException {
    assertThat(workflow().get("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
    for (JsonNode job : workflow().get("jobs")) {
      assertThat(job.has("permissions")).isFalse();
      assertThat(job.get("timeout-minutes").asInt()).isBetween(1, 90);
      assertThat(job.get("runs-on").asText()).doesNotContain("latest");
    }
    // A pull request of a stranger would run with the rights of the repository.
    assertThat(workflow().get("on").fieldNames())
        .toIterable()
        .containsExactly("push", "pull_request");
    assertThat(Files.readString(FILE)).doesNotContain("secrets.");
    assertThat(steps().get(0).at("/with/persist-credentials").asText()).isEqualTo("false");
  }

  /** What comes from outside is a variable of the script, and no part of its text. */
  @Test
  void scriptsAreFixedTexts() throws IOException {
    for (JsonNode step : steps()) {
      assertThat(step.path("run").asText()).doesNotContain("${{");
    }
  }

  @Test
  void itBuildsAndTestsAsEverybodyDoes() throws IOException {
    assertThat(step("Build and test").get("run").asText()).isEqualTo("bash .ci/run");
    assertThat(Files.exists(Manifests.REPOSITORY.resolve(".ci/run"))).isTrue();
    assertThat(steps().get(1).at("/with/java-version").asText()).isEqualTo("17");
  }

  /** The profile that makes the list is on where CI is set, as on each runner. */
  @Test
  void itKeepsTheListOfLibraries() throws IOException {
    assertThat(step("Keep the SBOM").at("/with/path").asText()).isEqualTo("target/bom.json");
    assertThat(step("Keep the SBOM").at("/with/if-no-files-found").asText()).isEqualTo("error");
    assertThat(Files.readString(Manifests.REPOSITORY.resolve("pom.xml")))
        .containsSubsequence(
            "<id>sbom</id>", "<name>env.CI</name>", "cyclonedx-maven-plugin", "makeAggregateBom");
  }

  @Test
  void itScansTheImageThatItBuilt() throws IOException {
    String script = step("Build the image").get("run").asText();
    assertThat(script)
        .contains("--build-arg FLINK_DIGEST=\"$FLINK_DIGEST\"", "-t \"sluice:$GITHUB_SHA\"");
    JsonNode scan = step("Scan the image");
    assertThat(scan.get("uses").asText()).startsWith("aquasecurity/trivy-action@");
    assertThat(scan.at("/with/image-ref").asText()).isEqualTo("sluice:${{ github.sha }}");
    assertThat(scan.at("/with/exit-code").asText()).isEqualTo("1");
    assertThat(scan.at("/with/severity").asText()).isEqualTo("CRITICAL,HIGH");
    assertThat(workflow().at("/jobs/image/needs").asText()).isEqualTo("build");
  }
}
