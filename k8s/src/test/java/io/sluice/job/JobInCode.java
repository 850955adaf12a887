package io.sluice.job;

import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Run;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.flink.runtime.jobgraph.JobEdge;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** What the job makes of its arguments and sets by itself; for comparison with manifests. */
public final class JobInCode {
  private JobInCode() {}

  /** Flink's settings by key, for a pipeline that says nothing of how it runs. */
  public static Map<String, String> settings() {
    return JobSettings.defaults(2).configuration().toMap();
  }

  /** The largest value that {@code --parallelism} takes, unless the pipeline says otherwise. */
  public static int maxParallelism() {
    return Run.defaults().maxParallelism();
  }

  /**
   * How many readers, writers and views there are.
   *
   * @throws IllegalArgumentException if the job does not take the arguments, with the reason
   */
  public static int parallelism(List<String> arguments, Pipeline pipeline) {
    JobArguments parsed = JobArguments.parse(arguments.toArray(String[]::new));
    return new JobSettings(parsed.parallelism(pipeline.run()), pipeline.run()).parallelism();
  }

  /**
   * The ids of tasks that get all their records in one subtask, whatever their parallelism: more of
   * them do nothing. Left out are those that Flink itself keeps at one.
   *
   * @param lake an empty folder
   */
  public static SortedSet<String> tasksThatDoNotScale(Pipeline pipeline, Path lake)
      throws Exception {
    SortedSet<String> ids = new TreeSet<>();
    for (JobVertex task : graph(pipeline, lake).getJobGraph().getVertices()) {
      List<JobEdge> inputs = task.getInputs();
      if (!inputs.isEmpty()
          && task.getMaxParallelism() > 1
          && inputs.stream().allMatch(input -> "GLOBAL".equals(input.getShipStrategyName()))) {
        ids.add(task.getID().toHexString());
      }
    }
    return ids;
  }

  private static StreamGraph graph(Pipeline pipeline, Path lake) throws Exception {
    Map<String, String> environment =
        Map.of(
            "SLUICE_KAFKA", "127.0.0.1:1",
            "SLUICE_REGISTRY", "http://127.0.0.1:1",
            "SLUICE_LAKE", lake.toString());
    JobSettings settings = new JobSettings(2, pipeline.run());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.configuration());
    env.setParallelism(settings.parallelism());
    env.setMaxParallelism(pipeline.run().maxParallelism());
    Map<String, TopicLife> topics = new HashMap<>();
    pipeline.sources().keySet().forEach(name -> topics.put(name, new TopicLife("id", 0)));
    new PipelineJob(
            env,
            Edits.none(pipeline, topics),
            new ConnectorEdges(pipeline, settings, environment::get))
        .define();
    return env.getStreamGraph();
  }
}
