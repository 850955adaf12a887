package io.sluice.cli.submit;

import io.sluice.definition.yaml.FileKind;
import io.sluice.definition.yaml.FolderLinks;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Looks through a folder for definition files. What looks like one is either to be checked or named
 * with the reason why not.
 *
 * @param checked pipelines, contracts and schemas, and files that look like one under a wrong name,
 *     sorted
 * @param passedOver other files and folders that a user may take for definitions, and why they are
 *     not checked
 */
public record FolderScan(List<Path> checked, Map<Path, String> passedOver) {
  /** Data, documentation and programs, which need not be opened. */
  private static final Pattern DATA =
      Pattern.compile(
          ".*\\.(md|html|pdf|png|csv|tsv|jsonl|gz|xz|zst|zip|parquet|crc|java|class|jar|py|sh)");

  /** Former versions, build output and other people's packages: documented, so not told. */
  private static final Set<String> UNTOLD = Set.of("released", "target", "node_modules");

  /** Also under the endings that are not read. */
  private static final Pattern CONTRACT = Pattern.compile(".*\\.odcs\\.(ya?ml|json)");

  public FolderScan {
    checked = List.copyOf(checked);
  }

  /**
   * Walks through a folder; links to folders, and links that leave it, are not followed.
   *
   * @throws IOException if the folder itself cannot be read
   */
  public static FolderScan of(Path folder) throws IOException {
    // The folder itself is the user's choice, also behind a link.
    Path root = Files.isSymbolicLink(folder) ? folder.toRealPath() : folder;
    Visitor visitor = new Visitor(root);
    Files.walkFileTree(root, visitor);
    Map<Path, String> passedOver = new TreeMap<>();
    visitor.passedOver.forEach(
        (file, reason) -> passedOver.put(folder.resolve(root.relativize(file)), reason));
    return new FolderScan(
        visitor.checked.stream().map(file -> folder.resolve(root.relativize(file))).toList(),
        passedOver);
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Set<Path> checked = new TreeSet<>();
    private final Map<Path, String> passedOver = new TreeMap<>();
    private Path hidden;

    Visitor(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (folder.equals(root)) {
        return FileVisitResult.CONTINUE;
      }
      String name = folder.getFileName().toString();
      if (UNTOLD.contains(name)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (hidden == null && name.startsWith(".")) {
        hidden = folder;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) {
      if (folder.equals(hidden)) {
        hidden = null;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Optional<String> refusal =
          attributes.isSymbolicLink() ? FolderLinks.refusal(root, file) : Optional.empty();
      if (attributes.isSymbolicLink() && Files.isDirectory(file)) {
        passedOver.put(file, "is a link to a folder, which is not followed");
      } else if (refusal.isPresent()) {
        passedOver.put(file, refusal.get());
      } else if (hidden != null) {
        if (isDefinition(file)) {
          passedOver.put(hidden, "is hidden, and holds definition files");
        }
      } else {
        look(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (file.equals(root)) {
        throw e;
      }
      passedOver.put(file, "cannot be read: " + e.getClass().getSimpleName());
      return FileVisitResult.CONTINUE;
    }

    private void look(Path file) {
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      boolean dataset = name.endsWith(".avsc") || CONTRACT.matcher(name).matches();
      boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
      if (name.startsWith(".")) {
        if (isDefinition(file)) {
          passedOver.put(file, "is hidden");
        }
      } else if (dataset) {
        checked.add(file);
      } else if (name.endsWith(".avdl") || name.endsWith(".avpr")) {
        passedOver.put(file, "is not read: a dataset's schema is <dataset>.avsc");
      } else if (!DATA.matcher(name).matches()) {
        FileKind kind = FileKind.of(file);
        if (yaml && kind == FileKind.OTHER) {
          passedOver.put(
              file, "is neither a pipeline (kind: Pipeline) nor a contract (kind: DataContract)");
        } else if (yaml) {
          checked.add(file);
        } else if (kind != FileKind.OTHER && kind != FileKind.EMPTY) {
          passedOver.put(file, wrongName(kind));
        }
      }
    }

    private static String wrongName(FileKind kind) {
      return switch (kind) {
        case PIPELINE -> "looks like a pipeline, whose name would end with .yaml";
        case CONTRACT -> "looks like a contract, whose name would be <dataset>.odcs.yaml";
        default -> "looks like a schema, whose name would be <dataset>.avsc";
      };
    }

    private static boolean isDefinition(Path file) {
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      return name.endsWith(".avsc")
          || CONTRACT.matcher(name).matches()
          || (name.endsWith(".yaml") || name.endsWith(".yml"))
              && FileKind.of(file) == FileKind.PIPELINE;
    }
  }
}
