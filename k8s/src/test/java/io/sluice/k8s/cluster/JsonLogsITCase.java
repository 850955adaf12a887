package io.sluice.k8s.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.k8s.Manifests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that logs as the manifests say. {@code KubernetesHaITCase} looks at those of a job. */
class JsonLogsITCase {
  private static final String MISSING = "io.sluice.NotThere";

  @TempDir private Path folder;

  /** It cannot begin, so that its log has an exception. */
  @Test
  void eachLineIsAnObjectWithTheKeysOfTheDocumentation() throws Exception {
    String logging =
        Manifests.file("base/market-risk.yaml")
            .at("/spec/logConfiguration")
            .get("log4j-console.properties")
            .asText();
    try (SessionProcess process =
        new SessionProcess(folder, Map.of("high-availability.type", MISSING), logging)) {
      assertThat(process.awaitEnd()).isPositive();
      List<JsonNode> entries = JsonLog.entries(process.output(), "market-risk");
      assertThat(entries).hasSizeGreaterThan(20);
      assertThat(entries)
          .filteredOn(entry -> entry.has("exception"))
          .isNotEmpty()
          .allSatisfy(
              entry -> {
                assertThat(entry.get("level").asText()).isEqualTo("ERROR");
                assertThat(entry.get("exception").asText()).contains("Exception", "\n\tat ");
              })
          .anySatisfy(entry -> assertThat(entry.get("exception").asText()).contains(MISSING));
      // For people, in the web UI: the same entries, and as many lines as their texts have.
      assertThat(Files.readString(folder.resolve("flink.log")))
          .doesNotContain("{\"timestamp\"")
          .contains(entries.get(entries.size() - 1).get("message").asText());
    }
  }
}
