package io.sluice.cli;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Rescaling;
import java.util.Optional;

/** A job in memory that was started on more than one task can be rescaled. */
final class TestingRescaling implements Rescaling {
  private final TestingPlatform platform;

  TestingRescaling(TestingPlatform platform) {
    this.platform = platform;
  }

  /** On how many tasks a job runs; one that nobody started here, on one. */
  int parallelism(String jobId) {
    return platform.rescaled.getOrDefault(jobId, started(jobId));
  }

  private int started(String jobId) {
    if (!jobId.matches("job\\d+")) {
      return 1;
    }
    String ran = platform.ran.get(Integer.parseInt(jobId.substring(3)) - 1);
    return Integer.parseInt(ran.substring(ran.lastIndexOf(' ') + 1));
  }

  @Override
  public Optional<String> obstacle(String jobId) {
    return started(jobId) > 1 ? Optional.empty() : Optional.of("its job was started on one task");
  }

  @Override
  public boolean isDivisible(String checkpoint) {
    return --platform.asksUntilDivisible < 0;
  }

  @Override
  public void ask(String jobId, int parallelism) {
    platform.calls.add("rescale %s to %d".formatted(jobId, parallelism));
    if (platform.rescales) {
      platform.rescaled.put(jobId, parallelism);
      platform.asksUntilDivisible = platform.asksAfterRescaling;
    }
  }

  @Override
  public int slots() {
    return platform.slots
        + platform.jobs.values().stream()
            .filter(Cluster.Job::active)
            .mapToInt(job -> parallelism(job.id()))
            .sum();
  }
}
