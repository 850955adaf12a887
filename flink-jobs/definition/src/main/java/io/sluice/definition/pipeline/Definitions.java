package io.sluice.definition.pipeline;

import io.sluice.definition.contract.AvroFile;
import io.sluice.definition.contract.ContractReader;
import io.sluice.definition.model.Contract;
import io.sluice.definition.model.Dataset;
import io.sluice.definition.yaml.FolderLinks;
import io.sluice.definition.yaml.NameList;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Problems;
import io.sluice.definition.yaml.Value;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The datasets of a folder: every {@code <dataset>.avsc} at any depth with the contract {@code
 * <dataset>.odcs.yaml} beside it.
 */
final class Definitions {
  static final String SCHEMA = ".avsc";
  static final String CONTRACT = ".odcs.yaml";

  /** Stands for a contract that was reported, so that the rest of the pipeline is checked too. */
  static final Contract UNREADABLE = new Contract("", "", List.of(), List.of());

  /** Former versions, build output and other people's packages hold copies, not definitions. */
  private static final Set<String> PASSED_OVER = Set.of("released", "target", "node_modules");

  private static final int MAX_FILES = 50_000;

  private final Path folder;

  /** Of a folder that is none, nothing more is said than that. */
  private final boolean isFolder;

  private final Map<String, List<Path>> schemas;

  /** Schemas that are not read, with the reason, by dataset. */
  private final Map<String, String> refused;

  private final Problems problems;
  private final Map<String, Optional<Dataset>> read = new HashMap<>();

  private Definitions(Path folder, Finder found, Problems problems) {
    this.folder = folder;
    this.isFolder = Files.isDirectory(folder);
    this.schemas = found.schemas;
    this.refused = found.refused;
    this.problems = problems;
  }

  /** Looks for schemas; a folder that cannot be read is a problem. */
  static Definitions in(Path folder, Problems problems) {
    Finder finder = new Finder(folder);
    if (!Files.isDirectory(folder)) {
      problems.add(
          folder.toString(),
          "is not a folder. Name the one that holds the schemas and contracts with --definitions.");
    } else {
      try {
        finder.walk();
        finder.schemas.values().forEach(Collections::sort);
      } catch (IOException e) {
        problems.add(folder.toString(), "cannot be read: " + e.getMessage());
      }
      if (finder.visited > MAX_FILES) {
        problems.add(
            folder.toString(),
            "holds more than %d files. Name a narrower folder with --definitions."
                .formatted(MAX_FILES));
      }
    }
    return new Definitions(folder, finder, problems);
  }

  /** The names of all datasets. */
  Set<String> names() {
    return schemas.keySet();
  }

  /** The dataset with its schema and contract, or nothing after problems were added. */
  Optional<Dataset> find(String name, Value place) {
    List<Path> candidates = schemas.getOrDefault(name, List.of());
    if (candidates.isEmpty()) {
      if (isFolder) {
        place.problem(unknown(name));
      }
      return Optional.empty();
    }
    if (candidates.size() > 1) {
      place.problem(ambiguous(name, candidates));
      return Optional.empty();
    }
    return read(name);
  }

  /** Like {@link #find(String, Value)}, for a name that comes from no file. */
  Optional<Dataset> find(String name) {
    List<Path> candidates = schemas.getOrDefault(name, List.of());
    if (candidates.isEmpty() && !isFolder) {
      return Optional.empty();
    }
    if (candidates.size() != 1) {
      problems.add(
          folder.toString(), candidates.isEmpty() ? unknown(name) : ambiguous(name, candidates));
      return Optional.empty();
    }
    return read(name);
  }

  private Optional<Dataset> read(String name) {
    return read.computeIfAbsent(
        name, key -> readDataset(folder, schemas.get(key).get(0), key, problems));
  }

  /** Reads the schema and the contract beside it, which must be in the folder, too. */
  private static Optional<Dataset> readDataset(
      Path folder, Path schemaFile, String name, Problems problems) {
    Optional<AvroFile> avro = AvroFile.read(schemaFile, problems);
    Path contractFile = schemaFile.resolveSibling(name + CONTRACT);
    Optional<Contract> contract = Optional.empty();
    Optional<String> refusal = FolderLinks.refusal(folder, contractFile);
    if (refusal.isPresent()) {
      problems.add(contractFile.toString(), refusal.get());
    } else if (Files.exists(contractFile)) {
      contract = ContractReader.read(contractFile, name, avro, problems);
    } else {
      problems.add(schemaFile.toString(), DatasetFiles.noContract(name));
    }
    Contract promised = contract.orElse(UNREADABLE);
    return avro.map(
        file -> new Dataset(name, domain(schemaFile), file.schema(), file.columns(), promised));
  }

  /**
   * The name of the folder that holds the dataset. It is a label: what is not allowed in a name
   * becomes '_'.
   */
  private static String domain(Path schemaFile) {
    Path parent = schemaFile.toAbsolutePath().normalize().getParent();
    Path name = parent == null ? null : parent.getFileName();
    return name == null ? "_" : name.toString().replaceAll("[^A-Za-z0-9_-]|^(?=[^A-Za-z_])", "_");
  }

  private String unknown(String name) {
    if (refused.containsKey(name)) {
      return "unknown dataset '%s': %s".formatted(name, refused.get(name));
    }
    String known =
        schemas.isEmpty()
            ? " There is no " + SCHEMA + " file in it at all."
            : " Known: "
                + NameList.of(schemas.keySet())
                + "."
                + Nearest.hint(name, schemas.keySet());
    return "unknown dataset '%s': no %s%s in %s.%s".formatted(name, name, SCHEMA, folder, known);
  }

  private static String ambiguous(String name, List<Path> candidates) {
    return "the dataset '%s' is defined %d times: %s. Keep one, or name a narrower folder with --definitions."
        .formatted(
            name, candidates.size(), NameList.of(candidates.stream().map(Path::toString).toList()));
  }

  private static final class Finder extends SimpleFileVisitor<Path> {
    private final Path folder;
    private Path root;
    private final Map<String, List<Path>> schemas = new TreeMap<>();
    private final Map<String, String> refused = new TreeMap<>();
    private int visited;

    Finder(Path folder) {
      this.folder = folder;
      root = folder;
    }

    /** The folder itself is the user's choice, also behind a link. */
    void walk() throws IOException {
      root = Files.isSymbolicLink(folder) ? folder.toRealPath() : folder;
      Files.walkFileTree(root, this);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      String name = directory.getFileName() == null ? "" : directory.getFileName().toString();
      boolean passed = name.startsWith(".") && name.length() > 2 || PASSED_OVER.contains(name);
      return passed && !directory.equals(root)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path visitedFile, BasicFileAttributes attributes) {
      Path file = folder.resolve(root.relativize(visitedFile));
      String name = file.getFileName().toString();
      if (name.endsWith(SCHEMA) && !attributes.isDirectory()) {
        String dataset = name.substring(0, name.length() - SCHEMA.length());
        Optional<String> refusal = FolderLinks.refusal(folder, file);
        if (refusal.isPresent()) {
          refused.put(dataset, file + " " + refusal.get());
        } else {
          schemas.computeIfAbsent(dataset, key -> new ArrayList<>()).add(file);
        }
      }
      return ++visited > MAX_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (file.equals(root)) {
        throw e;
      }
      // A folder that cannot be entered holds nothing for us; a dataset missed is reported by name.
      return FileVisitResult.CONTINUE;
    }
  }
}
