package io.sluice.job;

import io.sluice.definition.Pipeline;
import io.sluice.definition.PipelineLoader;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Entry point of the job: reads a pipeline and its definitions, connects the real systems and runs.
 *
 * <pre>
 *   --pipeline FILE      the pipeline
 *   --definitions DIR    where its schemas and contracts stand
 *   --parallelism N      parallel readers, writers and views; default 2
 * </pre>
 *
 * Addresses that the pipeline names as <code>${VARIABLE}</code> come from this process's
 * environment; those that may hold a password are resolved on the task managers.
 */
public final class Main {
  private Main() {}

  /**
   * Runs the job.
   *
   * @throws IllegalArgumentException if an argument is missing or unknown
   * @throws io.sluice.definition.DefinitionException with every error of the definitions
   */
  public static void main(String[] args) throws Exception {
    JobArguments arguments = JobArguments.parse(args);
    Pipeline pipeline =
        PipelineLoader.load(Path.of(arguments.pipeline()), Path.of(arguments.definitions()));
    JobSettings settings = JobSettings.defaults(arguments.parallelism());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.configuration());
    env.setParallelism(settings.parallelism());
    env.setMaxParallelism(JobSettings.MAX_PARALLELISM);
    ConnectorEdges edges = new ConnectorEdges(pipeline, settings, System::getenv);
    edges.checkTransactions();
    new PipelineJob(env, pipeline, edges).define();
    env.execute(pipeline.name());
  }
}
