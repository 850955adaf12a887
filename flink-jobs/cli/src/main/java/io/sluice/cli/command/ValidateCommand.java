package io.sluice.cli.command;

import io.sluice.cli.submit.DefinitionsFolder;
import io.sluice.cli.submit.FolderScan;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import io.sluice.definition.model.Problem;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
      "means every definition file below it; what looks like one and is not checked is named with",
      "the reason. Ends with 1 when there is a problem."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice validate",
      "  ./sluice validate my/",
      "  ./sluice validate my/pipeline.yaml --definitions schemas/"
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
      description =
          "Where pipelines find schemas and contracts (default: their own folders or those that are checked, else the shipped ones).")
  private Path definitions;

  @Option(names = "--json", description = "Print the problems as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Output output = new Output(spec, sluice.context());
    Map<Path, String> passedOver = new LinkedHashMap<>();
    List<Path> checked = checked(passedOver);
    if (!json) {
      passedOver.forEach(
          (file, reason) -> output.line("%s: not checked, it %s".formatted(file, reason)));
    }
    if (checked.isEmpty()) {
      throw new CommandFailure("There is no definition file to check.");
    }
    Set<Path> used = new LinkedHashSet<>();
    List<Problem> problems =
        PipelineLoader.validate(
            checked,
            pipeline -> {
              Path folder = definitionsOf(pipeline);
              used.add(folder);
              return folder;
            },
            sluice.context().variables());
    if (json) {
      List<NotChecked> notChecked = new ArrayList<>();
      passedOver.forEach((file, reason) -> notChecked.add(new NotChecked(file.toString(), reason)));
      output.json(new Checked(strings(checked), strings(used), notChecked, problems));
    } else {
      used.forEach(folder -> output.remark("definitions from " + folder));
      problems.forEach(problem -> output.line(problem.toString()));
      output.line(summary(checked.size(), problems.size()));
    }
    return problems.isEmpty() ? 0 : 1;
  }

  /** What was found, in its machine form. */
  private record Checked(
      List<String> files,
      List<String> definitions,
      List<NotChecked> notChecked,
      List<Problem> problems) {}

  private record NotChecked(String file, String reason) {}

  private static List<String> strings(Collection<Path> paths) {
    return paths.stream().map(Path::toString).toList();
  }

  private Path definitionsOf(Path pipeline) {
    if (definitions != null) {
      return definitions;
    }
    List<Path> others = new ArrayList<>(files.stream().filter(Files::isDirectory).toList());
    others.add(sluice.context().shippedDefinitions());
    return DefinitionsFolder.of(pipeline, others);
  }

  private static String summary(int files, int problems) {
    String checked = files == 1 ? "1 file" : files + " files";
    return switch (problems) {
      case 0 -> checked + " checked: all is well.";
      case 1 -> checked + " checked: 1 problem.";
      default -> checked + " checked: " + problems + " problems.";
    };
  }

  /** The files to check; what a folder holds besides is added to {@code passedOver}. */
  private List<Path> checked(Map<Path, String> passedOver) throws IOException {
    if (definitions != null && !Files.isDirectory(definitions)) {
      throw new CommandFailure("There is no folder %s (--definitions).".formatted(definitions));
    }
    List<Path> named = new ArrayList<>(files);
    if (named.isEmpty() && definitions != null) {
      named.add(definitions);
    } else if (named.isEmpty()) {
      named.add(sluice.context().shippedPipelines());
      named.add(sluice.context().shippedDefinitions());
    }
    Set<Path> checked = new LinkedHashSet<>();
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        FolderScan found = FolderScan.of(path);
        checked.addAll(found.checked());
        passedOver.putAll(found.passedOver());
      } else if (!Files.exists(path)) {
        throw new CommandFailure("There is no file or folder %s to check.".formatted(path));
      } else {
        checked.add(path);
      }
    }
    return List.copyOf(checked);
  }
}
