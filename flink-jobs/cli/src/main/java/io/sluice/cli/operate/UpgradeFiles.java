package io.sluice.cli.operate;

import io.sluice.cli.submit.DefinitionsFolder;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a pipeline's new definition.
 *
 * @param pipeline the pipeline file
 * @param definitions the folder of its datasets
 */
record UpgradeFiles(Path pipeline, Path definitions) {
  private static final Pattern NAME = Pattern.compile("name:\\s*[\"']?([\\w.-]+)[\"']?\\s*(#.*)?");

  /**
   * Finds them.
   *
   * @param named a pipeline file, or a pipeline's name: that of one in {@code definitions}, else of
   *     a shipped one. A submitted one keeps its files when only its jar changes
   * @param definitions the folder that the user named; null for none
   * @param jarOnly whether the user named a jar and no folder
   * @throws CommandFailure if there are none
   */
  static UpgradeFiles of(
      String named,
      Path definitions,
      boolean jarOnly,
      Optional<Submitted> submitted,
      CliContext context) {
    if (definitions != null && !Files.isDirectory(definitions)) {
      throw new CommandFailure("There is no folder %s (--definitions).".formatted(definitions));
    }
    if (!Files.isRegularFile(Path.of(named))) {
      if (definitions != null) {
        Optional<Path> there = named(named, definitions);
        if (there.isPresent()) {
          return new UpgradeFiles(there.get(), definitions);
        }
        requireShipped(named, definitions, context);
      } else if (submitted.isPresent() && jarOnly) {
        return new UpgradeFiles(submitted.get().pipeline(), submitted.get().definitions());
      } else if (submitted.isPresent()) {
        requireShipped(named, context);
      }
    }
    Path file = PipelineFiles.resolve(named, context.shippedPipelines());
    return new UpgradeFiles(
        file, DefinitionsFolder.orNamed(definitions, file, context.shippedDefinitions()));
  }

  private static void requireShipped(String name, Path folder, CliContext context) {
    if (!PipelineFiles.names(context.shippedPipelines()).contains(name)) {
      throw new CommandFailure(
          "No file in %s defines a pipeline %s. Its pipelines: %s. One under another name is another pipeline: sluice submit starts it beside this one."
              .formatted(
                  folder,
                  name,
                  NameList.orNone(
                      PipelineFiles.in(folder).stream().map(UpgradeFiles::nameOf).toList())));
    }
  }

  private static void requireShipped(String name, CliContext context) {
    if (!PipelineFiles.names(context.shippedPipelines()).contains(name)) {
      throw new CommandFailure(
          "%s runs, but where is its new definition? Name the file (sluice upgrade FILE), the folder that holds it (--definitions DIR), or a new jar (--jar FILE)."
              .formatted(name));
    }
  }

  /** The file of a folder that defines a pipeline of that name. */
  private static Optional<Path> named(String name, Path folder) {
    List<Path> found = new ArrayList<>();
    for (Path file : PipelineFiles.in(folder)) {
      if (nameOf(file).equals(name)) {
        found.add(file);
      }
    }
    if (found.size() > 1) {
      throw new CommandFailure(
          "Several files define the pipeline %s: %s. Name one of them instead of the pipeline."
              .formatted(name, NameList.of(found.stream().map(Path::toString).toList())));
    }
    return found.stream().findFirst();
  }

  /** As it stands in the text: problems of a file are told by the check that follows. */
  private static String nameOf(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(NAME::matcher)
          .filter(Matcher::matches)
          .map(line -> line.group(1))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
