package io.sluice.delta.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.SinkJob;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeltaSinkGraphTest {

  private Collection<StreamNode> nodes;

  @BeforeEach
  void translate() {
    StreamExecutionEnvironment environment = new SinkJob(Path.of("/lake")).graph();
    environment.getCheckpointConfig().enableUnalignedCheckpoints(true);
    StreamGraph graph = environment.getStreamGraph();
    nodes = graph.getStreamNodes();
  }

  private StreamNode node(String part) {
    return nodes.stream()
        .filter(node -> node.getOperatorName().endsWith(part))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void committablesTravelWithAlignedBarriersOnly() {
    // A committable that overtook its barrier would be lost with the checkpoint that it belongs to.
    for (String receiver : List.of("delta-aggregator", "Committer")) {
      assertThat(node(receiver).getInEdges())
          .isNotEmpty()
          .allSatisfy(edge -> assertThat(edge.supportsUnalignedCheckpoints()).isFalse());
    }
  }

  @Test
  void theRestOfTheJobKeepsItsChoice() {
    assertThat(node("Writer").getInEdges())
        .extracting(StreamEdge::supportsUnalignedCheckpoints)
        .containsOnly(true);
  }

  @Test
  void theAggregatorRunsOnceAndEveryPartHasItsUid() {
    assertThat(node("delta-aggregator").getParallelism()).isEqualTo(1);
    assertThat(nodes).allSatisfy(node -> assertThat(node.getTransformationUID()).isNotBlank());
    assertThat(nodes).extracting(StreamNode::getTransformationUID).doesNotHaveDuplicates();
  }
}
