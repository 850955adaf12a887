package io.sluice.job;

import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.Variables;
import io.sluice.job.lineage.SubmissionListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point of the job: reads a pipeline and its definitions, connects the real systems and runs.
 *
 * <pre>
 *   --pipeline FILE      the pipeline
 *   --definitions DIR    where its schemas and contracts stand
 *   --parallelism N      parallel readers, writers and views; else run.parallelism of the
 *                        pipeline, else 2
 *   --restart-view NAME  a view that begins anew from the savepoint; may be repeated
 *   --store NAME=ID      the id of a store, such as redis fares=1b2f, that is kept with the state
 *                        for whoever compares it later; may be repeated
 *   --reseed-from ID     the savepoint's checkpoint, if the stores of the views were emptied for
 *                        this start: their rows come back from the state
 * </pre>
 *
 * Addresses that the pipeline names as <code>${VARIABLE}</code> come from this process's
 * environment; those that may hold a password are resolved on the task managers. Names that do not
 * begin with SLUICE_ have to be listed in the variable SLUICE_ALLOWED_ENV.
 *
 * <p>With OPENLINEAGE_URL in the environment, the datasets of the pipeline are told to a receiver
 * of OpenLineage events.
 *
 * <p>A job that starts from a savepoint compares the pipeline with the one that the savepoint was
 * made for, and does not start when the state does not fit.
 */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /**
   * Runs the job.
   *
   * @throws IllegalArgumentException if an argument is missing or unknown
   * @throws io.sluice.definition.model.DefinitionException with every error of the definitions
   * @throws io.sluice.definition.edit.EditRefusedException if the savepoint's state does not fit
   */
  public static void main(String[] args) throws Exception {
    JobArguments arguments = JobArguments.parse(args);
    Pipeline pipeline =
        PipelineLoader.load(
            Path.of(arguments.pipeline()),
            Path.of(arguments.definitions()),
            Variables.listed(System.getenv(Variables.LIST)));
    JobSettings settings = new JobSettings(arguments.parallelism(pipeline.run()), pipeline.run());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.configuration());
    env.setParallelism(settings.parallelism());
    env.setMaxParallelism(pipeline.run().maxParallelism());
    ConnectorEdges edges = new ConnectorEdges(pipeline, settings, System::getenv);
    edges.checkTransactions();
    Edits edits =
        edits(env, pipeline, arguments.restartViews(), edges.topics()).keeping(arguments.stores());
    new PipelineJob(env, edits, edges, arguments.reseedFrom()).define();
    SubmissionListener.of(pipeline, System::getenv).ifPresent(env::registerJobListener);
    env.execute(pipeline.name());
  }

  /** Compares the pipeline and its topics with the state that the environment starts jobs from. */
  static Edits edits(
      StreamExecutionEnvironment env,
      Pipeline pipeline,
      List<String> restartViews,
      Map<String, TopicLife> topics)
      throws IOException {
    SavepointRestoreSettings restore =
        SavepointRestoreSettings.fromConfiguration(env.getConfiguration());
    if (!restore.restoreSavepoint()) {
      if (!restartViews.isEmpty()) {
        throw new IllegalArgumentException(
            "--restart-view is for starts from a savepoint; without one every view begins anew.");
      }
      return Edits.none(pipeline, topics);
    }
    SavedState saved = SavedState.read(restore.getRestorePath());
    saved.requireDivisible(env.getParallelism());
    Edits edits = saved.edits(pipeline, restartViews).reading(topics);
    edits.notes().forEach(note -> LOG.info("{}: {}", pipeline.name(), note));
    if (edits.leavesStateOut()) {
      Configuration leaveOut = new Configuration();
      leaveOut.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
      env.configure(leaveOut);
    }
    return edits;
  }
}
