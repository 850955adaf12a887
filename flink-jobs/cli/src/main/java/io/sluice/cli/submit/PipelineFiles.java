package io.sluice.cli.submit;

import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.yaml.FileKind;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds pipeline files by path or by the name of a shipped one. */
public final class PipelineFiles {
  private PipelineFiles() {}

  /**
   * The file of a pipeline.
   *
   * @param pipeline a path, or the name of a file in {@code shipped} without its ending
   */
  public static Path resolve(String pipeline, Path shipped) {
    Path path = Path.of(pipeline);
    if (Files.isRegularFile(path)) {
      return path;
    }
    Path named = shipped.resolve(path.getFileName() + ".yaml");
    if (path.getNameCount() == 1 && Files.isRegularFile(named)) {
      return named;
    }
    throw new CommandFailure(
        "There is no pipeline file %s and no shipped pipeline of that name; shipped: %s."
            .formatted(pipeline, NameList.orNone(names(shipped))));
  }

  /** The names by which {@link #resolve} finds the pipelines of a folder, sorted. */
  public static List<String> names(Path shipped) {
    return in(shipped).stream()
        .map(file -> file.getFileName().toString().replaceFirst("\\.ya?ml$", ""))
        .toList();
  }

  /** The pipeline files below a folder, sorted; contracts and other YAML files are passed over. */
  public static List<Path> in(Path folder) {
    return definitions(folder).filter(file -> FileKind.of(file) == FileKind.PIPELINE).toList();
  }

  /** The schemas and contracts below a folder, sorted. */
  public static List<Path> datasetFiles(Path folder) {
    return definitions(folder)
        .filter(file -> file.toString().endsWith(".avsc") || file.toString().endsWith(".odcs.yaml"))
        .toList();
  }

  private static Stream<Path> definitions(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try {
      return FolderScan.of(folder).checked().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
