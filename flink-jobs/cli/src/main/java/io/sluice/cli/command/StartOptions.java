package io.sluice.cli.command;

import io.sluice.cli.submit.StartPoint;
import io.sluice.definition.edit.Store;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a job that begins from a savepoint or retained checkpoint may do with its state. */
final class StartOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--restart-view",
      paramLabel = "VIEW",
      description = "View to begin anew, without its state in the savepoint; may be repeated.")
  private List<String> restartViews = List.of();

  @Option(
      names = "--accept-new",
      paramLabel = "STORE",
      description =
          "Go on although this store was replaced or emptied since the savepoint: registry, redis or postgresql. What it lacks stays missing. May be repeated.")
  private List<String> acceptNew = List.of();

  @Option(
      names = "--accept",
      description =
          "Go on from a savepoint that is older than the tables, which stay as they are: rows that they have are not written again. Without it such a savepoint is refused; 'sluice rewind' takes the tables back to it.")
  private boolean acceptOlder;

  /**
   * Where the job begins.
   *
   * @param from a savepoint or retained checkpoint; empty for a start without state
   * @throws ParameterException if a store is none
   */
  StartPoint at(Optional<String> from) {
    return new StartPoint(
        from, restartViews, acceptNew.stream().map(this::kind).toList(), acceptOlder);
  }

  private Store.Kind kind(String name) {
    return Store.Kind.of(name)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--accept-new is registry, redis or postgresql, not \"%s\".".formatted(name)));
  }
}
