package io.sluice.k8s.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.bertramlabs.plugins.hcl4j.HCLParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.Variables;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Overlay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The samples can be parsed, and name what prod uses. No Terraform has run them. */
class TerraformSamplesTest {
  private static final Path FOLDER = Manifests.REPOSITORY.resolve("k8s/samples/terraform");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Resources of all files, by type and name, with variables as they default. */
  private static JsonNode resources() throws Exception {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.sorted().toList()) {
        assertThat(file.toString()).endsWith(".tf");
        text.append(Files.readString(file)).append('\n');
      }
    }
    JsonNode resources = JSON.valueToTree(new HCLParser().parse(text.toString())).get("resource");
    assertThat(resources).hasSize(6);
    return resources;
  }

  private static String setting(String key) throws Exception {
    return Manifests.settings(Overlay.of("prod").deployment()).get(key);
  }

  @Test
  void topicsAreThoseOfThePipeline() throws Exception {
    Pipeline pipeline =
        PipelineLoader.load(
            Manifests.REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml"),
            Manifests.REPOSITORY.resolve("schemas/market-risk"),
            Variables.own());
    List<String> expected = new ArrayList<>();
    for (Pipeline.Source source : pipeline.sources().values()) {
      expected.add(source.topic());
      expected.add(source.topic() + ".dlq");
    }
    JsonNode topics = resources().get("kafka_topic");
    assertThat(topics.findValuesAsText("name")).containsExactlyInAnyOrderElementsOf(expected);
    int most = Integer.parseInt(setting("job.autoscaler.vertex.max-parallelism"));
    assertThat(topics.at("/trades/partitions").asInt()).isGreaterThanOrEqualTo(most);
    for (JsonNode topic : topics) {
      assertThat(topic.get("replication_factor").asInt()).isEqualTo(3);
      assertThat(topic.at("/config/min.insync.replicas").asText()).isEqualTo("2");
    }
  }

  @Test
  void theBucketIsThatOfTheOverlay() throws Exception {
    String bucket = resources().at("/aws_s3_bucket/sluice/bucket").asText();
    assertThat(setting("execution.checkpointing.dir")).startsWith("s3://" + bucket + "/");
    ObjectNode addresses = Overlay.of("prod").rendered().configMap("market-risk-addresses");
    assertThat(addresses.at("/data/SLUICE_LAKE").asText()).isEqualTo("s3://" + bucket + "/lake");
    JsonNode open = resources().at("/aws_s3_bucket_public_access_block/sluice");
    for (String each : List.of("block_public_acls", "block_public_policy", "ignore_public_acls")) {
      assertThat(open.get(each).asBoolean()).as(each).isTrue();
    }
  }

  /** What looks old may be a file of a table, or the savepoint that a job began from. */
  @Test
  void noRuleRemovesWhatIsCurrent() throws Exception {
    JsonNode rules = resources().at("/aws_s3_bucket_lifecycle_configuration/sluice/rule");
    assertThat(rules).hasSize(3);
    List<String> prefixes = new ArrayList<>();
    for (JsonNode rule : rules) {
      assertThat(rule.get("status").asText()).isEqualTo("Enabled");
      rule.path("expiration")
          .fieldNames()
          .forEachRemaining(
              name -> assertThat(name).as("%s", rule).isEqualTo("expired_object_delete_marker"));
      assertThat(rule.has("transition")).isFalse();
      rule.findValuesAsText("prefix").forEach(prefixes::add);
    }
    assertThat(rules.findValuesAsText("days_after_initiation")).isNotEmpty();
    assertThat(prefixes).containsExactlyInAnyOrder("lake/", "market-risk/");
    Map<String, String> state = Manifests.settings(Overlay.of("prod").deployment());
    assertThat(state.get("high-availability.storageDir")).contains("/market-risk/");
  }
}
