package io.sluice.job;

import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Run;
import java.util.List;
import java.util.Map;

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
}
