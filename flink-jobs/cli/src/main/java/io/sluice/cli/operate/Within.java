package io.sluice.cli.operate;

import io.sluice.cli.text.Amounts;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long a job that takes the place of another one may take; more than 0. */
final class Within {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "2m",
      converter = Amounts.ShortTime.class,
      description =
          "How long the new job may take until it has taken its first checkpoint and committed it, such as 90s (default: ${DEFAULT-VALUE}).")
  private Duration time;

  /**
   * The time.
   *
   * @throws ParameterException if it is 0
   */
  Duration time() {
    if (time.isZero()) {
      throw new ParameterException(spec.commandLine(), "--within is a time of more than 0s.");
    }
    return time;
  }
}
