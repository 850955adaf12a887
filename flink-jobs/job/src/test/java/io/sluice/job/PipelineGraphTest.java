package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.kafka.KafkaMessages;
import io.sluice.connectors.kafka.KafkaRecords;
import io.sluice.definition.Pipeline;
import io.sluice.definition.PipelineLoader;
import io.sluice.runtime.RawRecord;
import io.sluice.runtime.reject.DeadLetterRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walks the graph of the shipped pipeline. */
class PipelineGraphTest {
  private static final Path REPOSITORY = Path.of("..", "..");

  @TempDir private Path lake;
  private StreamGraph graph;

  @BeforeEach
  void defineGraph() throws Exception {
    Pipeline pipeline =
        PipelineLoader.load(
            REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml"),
            REPOSITORY.resolve("schemas"));
    Map<String, String> environment =
        Map.of(
            "SLUICE_KAFKA", "127.0.0.1:1",
            "SLUICE_REGISTRY", "http://127.0.0.1:1",
            "SLUICE_LAKE", lake.toString());
    JobSettings settings = JobSettings.defaults(2);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.configuration());
    env.setParallelism(2);
    env.setMaxParallelism(JobSettings.MAX_PARALLELISM);
    new PipelineJob(env, pipeline, new ConnectorEdges(pipeline, settings, environment::get))
        .define();
    graph = env.getStreamGraph();
  }

  @Test
  void everyOperatorHasAUidOfItsOwn() {
    List<String> uids =
        graph.getStreamNodes().stream().map(StreamNode::getTransformationUID).toList();
    assertThat(uids).doesNotContainNull().doesNotHaveDuplicates();
    assertThat(uids)
        .contains(
            "source-trades",
            "decode-trades",
            "validate-trades",
            "derive-trades",
            "event-time-trades",
            "deduplicate-trades",
            "ledger-rows-trades",
            "view-position_by_book",
            "view-exposure_by_book_1m");
  }

  @Test
  void maxParallelismHasManyDivisors() {
    assertThat(graph.getStreamNodes())
        .allSatisfy(node -> assertThat(node.getMaxParallelism()).isIn(1, 720));
  }

  @Test
  void barriersToCommittersStayAligned() {
    List<StreamEdge> edges =
        graph.getStreamNodes().stream()
            .filter(node -> node.getOperatorName().contains("Committer"))
            .flatMap(node -> node.getInEdges().stream())
            .toList();
    assertThat(edges).isNotEmpty().noneMatch(StreamEdge::supportsUnalignedCheckpoints);
    assertThat(graph.getCheckpointConfig().isUnalignedCheckpointsEnabled()).isFalse();
  }

  @Test
  void nothingFallsBackToGenericSerialisation() {
    assertThat(graph.getJobConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
  }

  @Test
  void runtimeAndConnectorsAgreeOnTheirRows() {
    assertThat(KafkaRecords.ROW_TYPE).isEqualTo(RawRecord.ROW_TYPE);
    assertThat(KafkaMessages.ROW_TYPE).isEqualTo(DeadLetterRows.ROW_TYPE);
  }
}
