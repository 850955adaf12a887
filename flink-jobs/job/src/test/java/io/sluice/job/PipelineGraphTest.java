package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.connectors.kafka.KafkaMessages;
import io.sluice.connectors.kafka.KafkaRecords;
import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Run;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.runtime.reject.DeadLetterRows;
import io.sluice.runtime.row.RawRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    graph = graph(2);
  }

  private StreamGraph graph(int parallelism) throws Exception {
    Pipeline pipeline =
        PipelineLoader.load(
            REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml"),
            REPOSITORY.resolve("schemas"));
    Map<String, String> environment =
        Map.of(
            "SLUICE_KAFKA", "127.0.0.1:1",
            "SLUICE_REGISTRY", "http://127.0.0.1:1",
            "SLUICE_LAKE", lake.toString());
    JobSettings settings = JobSettings.defaults(parallelism);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.configuration());
    env.setParallelism(parallelism);
    env.setMaxParallelism(Run.DEFAULT_MAX_PARALLELISM);
    new PipelineJob(
            env,
            Edits.none(pipeline, Map.of("trades", new TopicLife("id", 0))),
            new ConnectorEdges(pipeline, settings, environment::get))
        .define();
    return env.getStreamGraph();
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
            "silver-trades-index",
            "ledger-rows-trades",
            "view-position_by_book",
            "view-exposure_by_book_1m",
            "redis-position_by_book",
            "jdbc-exposure_by_book_1m",
            "rejected-position_by_book",
            "rejected-exposure_by_book_1m");
  }

  @Test
  void maxParallelismHasManyDivisors() {
    assertThat(graph.getStreamNodes())
        .allSatisfy(
            node -> assertThat(node.getMaxParallelism()).isIn(1, Run.DEFAULT_MAX_PARALLELISM));
  }

  @Test
  void aSavepointFitsEveryParallelism() throws Exception {
    assertThat(maxParallelisms(graph(1))).isEqualTo(maxParallelisms(graph));
  }

  private static Map<String, Integer> maxParallelisms(StreamGraph of) {
    return of.getStreamNodes().stream()
        .collect(Collectors.toMap(StreamNode::getTransformationUID, StreamNode::getMaxParallelism));
  }

  @Test
  void withOneSubtaskTheLivePathIsTwoTasksAndEachTableOne() throws Exception {
    List<String> tasks = new ArrayList<>();
    graph(1).getJobGraph().getVertices().forEach(task -> tasks.add(task.getName()));
    assertThat(tasks)
        .anySatisfy(
            task ->
                assertThat(task)
                    .startsWith("deduplicate-trades")
                    .contains("view-position_by_book", "redis-position_by_book")
                    .doesNotContain("Committer"))
        .anySatisfy(
            task -> assertThat(task).startsWith("Source").doesNotContain("Writer", "Committer"));
    for (String first :
        List.of("bronze-trades: Writer", "silver-trades-index", "quarantine-trades: Writer")) {
      assertThat(tasks)
          .anySatisfy(
              task -> assertThat(task).startsWith(first).contains("delta-aggregator", "Committer"));
    }
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
  void aTableThatDoesNotFitIsFoundBeforeTheJobStarts() throws Exception {
    assertThat(lake).as("what defining a job writes").isEmptyDirectory();
    Path log = Files.createDirectories(lake.resolve("silver/trades/_delta_log"));
    Files.writeString(
        log.resolve("%020d.json".formatted(0)),
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        {"metaData":{"id":"1","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"trade_id\\",\\"type\\":\\"double\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":{},"createdTime":0}}
        """);
    assertThatThrownBy(() -> graph(1))
        .hasMessageContaining("silver/trades")
        .hasMessageContaining("column 'trade_id': table double, sink string");
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
