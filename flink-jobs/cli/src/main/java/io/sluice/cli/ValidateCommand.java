package io.sluice.cli;

import io.sluice.cli.submit.PipelineFiles;
import io.sluice.definition.PipelineLoader;
import io.sluice.definition.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Checks definition files without running anything. */
@Command(
    name = "validate",
    header = "Check pipelines, contracts and schemas; report every problem.",
    description = {
      "Without FILES: the shipped pipelines and definitions, or all of --definitions. A folder",
      "means every definition file below it. Ends with 1 when there is a problem."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice validate",
      "  ./sluice validate my/pipeline.yaml --definitions my/"
    })
final class ValidateCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILES",
      arity = "0..*",
      description = "Pipelines (.yaml), contracts (.odcs.yaml), schemas (.avsc) or folders.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--definitions",
      paramLabel = "DIR",
      description = "Where pipelines find schemas and contracts (default: the shipped ones).")
  private Path definitions;

  @Option(names = "--json", description = "Print the problems as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Output output = new Output(spec, sluice.context());
    List<Path> checked = checked();
    if (checked.isEmpty()) {
      throw new CommandFailure("There is no definition file to check.");
    }
    Path folder = definitions == null ? sluice.context().shippedDefinitions() : definitions;
    List<Problem> problems = PipelineLoader.validate(checked, folder);
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("files", checked.stream().map(Path::toString).toList());
      result.put("problems", problems);
      output.json(result);
    } else {
      problems.forEach(problem -> output.line(problem.toString()));
      output.line(summary(checked.size(), problems.size()));
    }
    return problems.isEmpty() ? 0 : 1;
  }

  private static String summary(int files, int problems) {
    String checked = files == 1 ? "1 file" : files + " files";
    return switch (problems) {
      case 0 -> checked + " checked: all is well.";
      case 1 -> checked + " checked: 1 problem.";
      default -> checked + " checked: " + problems + " problems.";
    };
  }

  private List<Path> checked() {
    List<Path> named = new ArrayList<>(files);
    if (named.isEmpty() && definitions != null) {
      named.add(definitions);
    } else if (named.isEmpty()) {
      named.add(sluice.context().shippedPipelines());
      named.add(sluice.context().shippedDefinitions());
    }
    List<Path> checked = new ArrayList<>();
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        checked.addAll(PipelineFiles.in(path));
        checked.addAll(PipelineFiles.datasetFiles(path));
      } else {
        checked.add(path);
      }
    }
    return checked;
  }
}
