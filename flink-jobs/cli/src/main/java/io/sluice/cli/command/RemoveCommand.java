package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.remove.Confirmation;
import io.sluice.cli.remove.Remains;
import io.sluice.cli.remove.Removal;
import io.sluice.cli.submit.ChangeLock;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.CommandFailure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Removes a pipeline, a table, a topic or a view for good. */
@Command(
    name = "remove",
    header = "Remove a pipeline with all it made, a table, a topic or a view.",
    description = {
      "Shows what goes and asks before anything does. What a running pipeline uses is refused. A",
      "pipeline goes with its state, tables, views, dead-letter topic and stored definition; its",
      "source topics stay."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice remove market-risk",
      "  ./sluice remove table silver/trips --yes",
      "  ./sluice remove topic city.trips.v1",
      "  ./sluice remove view fares_by_zone"
    })
public final class RemoveCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;
  @Mixin private Confirmation confirmation;

  @Parameters(
      arity = "1..2",
      paramLabel = "[table|topic|view|pipeline] NAME",
      completionCandidates = PipelineNames.OrKinds.class,
      description = "What to remove; a single word is a pipeline.")
  private List<String> words;

  @Override
  public Integer call() throws Exception {
    String kind = words.size() == 1 ? "pipeline" : words.get(0);
    String name = words.get(words.size() - 1);
    if (!List.of("pipeline", "table", "topic", "view").contains(kind)) {
      throw new ParameterException(
          spec.commandLine(),
          "\"%s\" cannot be removed: name a pipeline, or table, topic or view and its name."
              .formatted(kind));
    }
    SubmittedPipelines pipelines = new SubmittedPipelines(sluice.home());
    try (RemainsOfHome home = RemainsOfHome.open(sluice);
        ChangeLock lock = kind.equals("pipeline") ? pipelines.lockKnown(name) : ChangeLock.NONE) {
      Remains remains = home.remains();
      Removal removal =
          switch (kind) {
            case "table" -> remains.ofTable(name);
            case "topic" -> remains.ofTopic(name);
            case "view" -> remains.ofView(name);
            default -> remains.ofPipeline(submitted(remains, name), true);
          };
      return confirmation.carryOut(removal, sluice.context(), spec);
    }
  }

  static io.sluice.cli.submit.Submitted submitted(Remains remains, String name)
      throws java.io.IOException {
    return remains
        .pipeline(name)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "The pipeline %s was not submitted in this home; 'sluice list' shows jobs."
                        .formatted(name)));
  }
}
