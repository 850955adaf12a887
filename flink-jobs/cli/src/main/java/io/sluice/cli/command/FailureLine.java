package io.sluice.cli.command;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.Text;
import java.util.Optional;

/** A job's last failure in one line. */
final class FailureLine {
  private FailureLine() {}

  /** Empty when the job never failed. */
  static Optional<String> of(Cluster.Job job, Cluster.Health health) {
    return health
        .failure()
        .map(
            failure ->
                "%s failed last at %s%s: %s"
                    .formatted(
                        job.name(),
                        Text.time(failure.last()),
                        failure.since().equals(failure.last())
                            ? ""
                            : ", since " + Text.time(failure.since()),
                        failure.reason().replaceAll("\\s*\\R\\s*", " ")));
  }
}
