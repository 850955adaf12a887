package io.sluice.cli.render;

import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.Pipeline;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How many parallel tasks a rate needs, by what was measured. */
final class Sizing {
  /**
   * Processor seconds of a TaskManager for a million events of market-risk, warm-up included: 218
   * for ten million (benchmarks/README.md, "throughput").
   */
  private static final double CPU_SECONDS_PER_MILLION = 22;

  /** A slot has a core: the chart and the manifests give a TaskManager as many as it has slots. */
  private static final double CORES_PER_SLOT = 1;

  /** So that a job works off what piled up while it was away, as fast as it arrives. */
  private static final double SPARE = 2;

  private static final int DEFAULT = 2;

  /** A million. */
  private static final double UNIT = 1e6;

  private Sizing() {}

  /**
   * What the pipeline says, else what the rate needs, else two.
   *
   * @param rate events per second, at least 1
   * @throws CommandFailure if the pipeline's own number is too small for the rate, or its state
   *     cannot be divided so often
   */
  static int parallelism(Pipeline pipeline, OptionalLong rate) {
    OptionalInt said = pipeline.run().parallelism();
    int most = pipeline.run().maxParallelism();
    long needed = rate.isPresent() ? needed(rate.getAsLong()) : 0;
    if (said.isPresent() && said.getAsInt() < needed) {
      throw new CommandFailure(
          "%,d events per second need about %,d parallel tasks, and run.parallelism of %s is %d: raise it, or leave it out."
              .formatted(rate.getAsLong(), needed, pipeline.name(), said.getAsInt()));
    }
    if (needed > most) {
      throw new CommandFailure(
          "%,d events per second need about %,d parallel tasks, and %s has at most %d, its run.maxParallelism. It can be raised until the pipeline has state."
              .formatted(rate.getAsLong(), needed, pipeline.name(), most));
    }
    return said.orElse((int) Math.max(needed, Math.min(DEFAULT, most)));
  }

  private static long needed(long rate) {
    return (long) Math.ceil(rate / UNIT * CPU_SECONDS_PER_MILLION * SPARE / CORES_PER_SLOT);
  }
}
