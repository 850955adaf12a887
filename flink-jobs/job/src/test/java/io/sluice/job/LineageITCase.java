package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.job.lineage.OpenLineageSchemas;
import io.sluice.job.lineage.SubmissionListener;
import io.sluice.job.lineage.TestingReceiver;
import io.sluice.job.lineage.TestingStatusListeners;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real job tells a real receiver what it reads and writes, and how it goes. */
class LineageITCase {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(listening())
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir private Path lake;

  private static Configuration listening() {
    Configuration configuration = new Configuration();
    configuration.setString(
        DeploymentOptions.JOB_STATUS_CHANGED_LISTENERS.key(),
        TestingStatusListeners.class.getName());
    return configuration;
  }

  @Test
  void aRunIsToldFromItsSubmissionToItsEnd() throws Exception {
    try (TestingReceiver receiver = new TestingReceiver()) {
      TestingStatusListeners.tell(receiver);
      run(receiver.environment());
      // Two sides of Flink tell them, so the first two may change places.
      Map<String, JsonNode> events = new TreeMap<>();
      for (int i = 0; i < 3; i++) {
        JsonNode event = next(receiver);
        events.put(event.get("eventType").asText(), event);
      }
      assertThat(events).containsOnlyKeys("COMPLETE", "RUNNING", "START");
      JsonNode start = events.get("START");
      assertThat(start.get("inputs")).hasSize(1);
      assertThat(start.get("outputs")).hasSize(11);
      assertThat(start.at("/inputs/0/name").asText()).isEqualTo("orders.v1");
      assertThat(start.toString())
          .contains("\"" + lake + "/silver/orders\"")
          .doesNotContain("canary");
      for (JsonNode event : events.values()) {
        assertThat(event.at("/run/runId")).isEqualTo(start.at("/run/runId"));
        assertThat(event.get("job")).isEqualTo(start.get("job"));
        assertThat(event.get("inputs")).isEqualTo(start.get("inputs"));
        assertThat(event.get("outputs")).isEqualTo(start.get("outputs"));
      }
    }
  }

  private void run(Map<String, String> receiver) throws Exception {
    Path folder = TestingOrders.DEFINITIONS;
    Pipeline pipeline = PipelineLoader.load(folder.resolve("orders.yaml"), folder);
    Configuration configuration = JobSettings.defaults(1).configuration();
    configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, true);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    Map<String, String> environment = new HashMap<>(receiver);
    environment.put("SLUICE_KAFKA", "kafka:9092");
    environment.put("SLUICE_LAKE", lake.toString());
    environment.put("SLUICE_REDIS", "redis://user:canary@cache:6379");
    environment.put("SLUICE_JDBC", "jdbc:postgresql://db/sluice?password=canary");
    env.registerJobListener(SubmissionListener.of(pipeline, environment::get).orElseThrow());
    new PipelineJob(
            env,
            Edits.none(pipeline, Map.of("orders", TopicLife.UNKNOWN)),
            new TestingEdges(
                pipeline, lake.toString(), TestingOrders::record, TestingOrders.RECORDS))
        .define();
    env.execute(pipeline.name());
  }

  private static JsonNode next(TestingReceiver receiver) throws Exception {
    String text = receiver.next();
    OpenLineageSchemas.check(text);
    return MAPPER.readTree(text);
  }
}
