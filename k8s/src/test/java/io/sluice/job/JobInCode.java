package io.sluice.job;

import io.sluice.definition.model.Run;
import java.util.Map;

/** What the job sets by itself, whatever the cluster says; for comparison with manifests. */
public final class JobInCode {
  private JobInCode() {}

  /** Flink's settings by key. */
  public static Map<String, String> settings() {
    return JobSettings.defaults(2).configuration().toMap();
  }

  /** The largest value that {@code --parallelism} takes, unless the pipeline says otherwise. */
  public static int maxParallelism() {
    return Run.defaults().maxParallelism();
  }
}
