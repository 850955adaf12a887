package io.sluice.cli.submit;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds pipeline files by path or by the name of a shipped one. */
public final class PipelineFiles {
  private static final int DEPTH = 30;
  // The loader of definitions passes these over too.
  private static final Set<String> PASSED_OVER = Set.of("released", "target", "node_modules");

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
    List<String> names =
        in(shipped).stream()
            .map(file -> file.getFileName().toString().replaceFirst("\\.ya?ml$", ""))
            .toList();
    throw new CommandFailure(
        "There is no pipeline file %s and no shipped pipeline of that name; shipped: %s."
            .formatted(pipeline, names.isEmpty() ? "none" : String.join(", ", names)));
  }

  /** The pipeline files below a folder, sorted; contracts and other YAML files are passed over. */
  public static List<Path> in(Path folder) {
    return find(folder, ".yaml", ".yml").stream()
        .filter(file -> !isContract(file) && saysPipeline(file))
        .toList();
  }

  /** The schemas and contracts below a folder, sorted. */
  public static List<Path> datasetFiles(Path folder) {
    return find(folder, ".avsc", ".odcs.yaml");
  }

  private static boolean isContract(Path file) {
    return file.getFileName().toString().contains(".odcs.");
  }

  private static boolean saysPipeline(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.anyMatch(line -> line.matches("kind:\\s*[\"']?Pipeline\\b.*"));
    } catch (IOException | UncheckedIOException e) {
      // Not readable as text: then it is no pipeline.
      return false;
    }
  }

  private static List<Path> find(Path folder, String... endings) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder, DEPTH)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !hidden(folder.relativize(file)))
          .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What begins with a dot (a repository, a home), former versions and build output. */
  private static boolean hidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".") || PASSED_OVER.contains(part.toString())) {
        return true;
      }
    }
    return false;
  }
}
