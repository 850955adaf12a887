package io.sluice.job;

import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Reference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.flink.runtime.jobgraph.JobEdge;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * The tasks of a pipeline's job that get all their records in one subtask, whatever their
 * parallelism, such as those that commit to tables. An autoscaler has to leave them alone: a busy
 * one would ask for slots that it cannot use.
 */
public final class UnscalableTasks {
  private static final int MORE_THAN_ONE = 2;

  private UnscalableTasks() {}

  /**
   * Their ids, as Flink shows and takes them: 32 hexadecimal digits. They stay the same while the
   * pipeline has the same tables and views. Left out are tasks that Flink itself keeps at one.
   * Nothing is asked over the network.
   *
   * @param folder an empty one, in the place of the lake
   */
  public static SortedSet<String> of(Pipeline pipeline, Path folder) {
    SortedSet<String> ids = new TreeSet<>();
    for (JobVertex task : graph(nowhere(pipeline, folder)).getJobGraph().getVertices()) {
      List<JobEdge> inputs = task.getInputs();
      if (!inputs.isEmpty()
          && task.getMaxParallelism() > 1
          && inputs.stream().allMatch(input -> "GLOBAL".equals(input.getShipStrategyName()))) {
        ids.add(task.getID().toHexString());
      }
    }
    return ids;
  }

  /** The same pipeline, with addresses at which nobody answers. */
  private static Pipeline nowhere(Pipeline pipeline, Path folder) {
    Connections connections = pipeline.connections();
    return new Pipeline(
        pipeline.name(),
        pipeline.sources(),
        pipeline.bronze(),
        pipeline.silver(),
        pipeline.gold(),
        pipeline.run(),
        new Connections(
            Optional.of(new Connections.Kafka(new Reference("127.0.0.1:1"))),
            Optional.of(new Connections.Registry(new Reference("http://127.0.0.1:1"))),
            Optional.of(new Connections.Lake(new Reference(folder.toString()))),
            connections.redis(),
            connections.jdbc()));
  }

  private static StreamGraph graph(Pipeline pipeline) {
    int parallelism = Math.min(MORE_THAN_ONE, pipeline.run().maxParallelism());
    JobSettings settings = new JobSettings(parallelism, pipeline.run());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.configuration());
    env.setParallelism(settings.parallelism());
    env.setMaxParallelism(pipeline.run().maxParallelism());
    Map<String, TopicLife> topics = new HashMap<>();
    pipeline.sources().keySet().forEach(name -> topics.put(name, new TopicLife("id", 0)));
    new PipelineJob(
            env,
            Edits.none(pipeline, topics),
            new ConnectorEdges(pipeline, settings, System::getenv))
        .define();
    return env.getStreamGraph();
  }
}
