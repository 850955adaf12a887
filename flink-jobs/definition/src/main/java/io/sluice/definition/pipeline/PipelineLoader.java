package io.sluice.definition.pipeline;

import io.sluice.definition.contract.AvroFile;
import io.sluice.definition.contract.ContractReader;
import io.sluice.definition.model.Contract;
import io.sluice.definition.model.Dataset;
import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Problem;
import io.sluice.definition.yaml.FileKind;
import io.sluice.definition.yaml.FolderLinks;
import io.sluice.definition.yaml.Problems;
import io.sluice.definition.yaml.Value;
import io.sluice.definition.yaml.Variables;
import io.sluice.definition.yaml.YamlFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads definition files: pipelines, contracts and Avro schemas. Reading is strict, and every
 * problem of all files is reported at once.
 */
public final class PipelineLoader {
  private static final Pattern CONTRACT_NAME = Pattern.compile("(?i).*\\.odcs\\.(ya?ml|json)");
  private static final Pattern SCHEMA_NAME = Pattern.compile("(?i).*\\.avsc");

  private PipelineLoader() {}

  /**
   * Reads a pipeline and the datasets that it names, whatever variables it names. For who looks at
   * it; who resolves its variables names those that it may have.
   *
   * @param definitions the folder that holds, at any depth, the datasets' schemas and contracts
   * @throws DefinitionException with every problem found in any of the files
   */
  public static Pipeline load(Path pipelineFile, Path definitions) {
    return load(pipelineFile, definitions, name -> true);
  }

  /** Reads a pipeline that may name certain variables only, and the datasets that it names. */
  public static Pipeline load(Path pipelineFile, Path definitions, Variables variables) {
    return load(pipelineFile, definitions, variables::allow);
  }

  private static Pipeline load(Path pipelineFile, Path definitions, Predicate<String> variables) {
    Problems problems = new Problems();
    Optional<Pipeline> pipeline =
        readPipeline(pipelineFile, Definitions.in(definitions, problems), variables, problems);
    problems.throwIfAny();
    return pipeline.orElseThrow();
  }

  /**
   * Reads one dataset: its schema and its contract.
   *
   * @throws DefinitionException with every problem found in the two files
   */
  public static Dataset loadDataset(String name, Path definitions) {
    Problems problems = new Problems();
    Optional<Dataset> dataset = Definitions.in(definitions, problems).find(name);
    problems.throwIfAny();
    return dataset.orElseThrow();
  }

  /**
   * Reads a contract and checks it against the schema beside it.
   *
   * @param contractFile {@code <dataset>.odcs.yaml}
   * @throws DefinitionException with every problem found in the two files
   */
  public static Contract loadContract(Path contractFile) {
    Problems problems = new Problems();
    Optional<Contract> contract = readContract(contractFile, List.of(), problems);
    problems.throwIfAny();
    return contract.orElseThrow();
  }

  /** The datasets that a pipeline reads by name; none when the file cannot be read. */
  public static Set<String> datasetsOf(Path pipelineFile) {
    Problems unheard = new Problems();
    return YamlFile.read(pipelineFile, unheard)
        .flatMap(Value::entries)
        .map(fields -> fields.get("sources"))
        .flatMap(Value::entries)
        .map(Map::keySet)
        .orElse(Set.of());
  }

  /** The names of the datasets in a folder, at any depth; none when there is no such folder. */
  public static Set<String> datasetsIn(Path folder) {
    return Definitions.in(folder, new Problems()).names();
  }

  /**
   * Checks files without using them.
   *
   * @param files pipelines (.yaml, .yml), contracts (.odcs.yaml) and schemas (.avsc)
   * @param definitions the folder in which a pipeline file finds its datasets
   * @param variables those that pipelines may name
   * @return all problems by file, line and column; empty when all is well
   */
  public static List<Problem> validate(
      List<Path> files, Function<Path, Path> definitions, Variables variables) {
    Problems problems = new Problems();
    Map<Path, Definitions> datasets = new HashMap<>();
    for (Path file : files) {
      String name = file.getFileName() == null ? "" : file.getFileName().toString();
      if (name.endsWith(Definitions.SCHEMA)) {
        AvroFile.read(file, problems);
        DatasetFiles.checkContract(file, problems);
      } else if (name.endsWith(Definitions.CONTRACT)) {
        readContract(file, files, problems);
      } else if (misnamed(file, name, problems)) {
        continue;
      } else if (isYaml(name)) {
        Path folder = definitions.apply(file);
        readPipeline(
            file,
            datasets.computeIfAbsent(folder, path -> Definitions.in(path, problems)),
            variables::allow,
            problems);
      } else {
        problems.add(
            file.toString(),
            "is none of a pipeline (.yaml), a contract (.odcs.yaml) or a schema (.avsc)");
      }
    }
    return problems.sorted();
  }

  private static boolean isYaml(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".yaml") || lower.endsWith(".yml");
  }

  /** Whether the file is a contract or a schema under another name, which is a problem then. */
  private static boolean misnamed(Path file, String name, Problems problems) {
    FileKind kind = FileKind.of(file);
    if (kind == FileKind.CONTRACT || CONTRACT_NAME.matcher(name).matches()) {
      problems.add(
          file.toString(),
          "is a contract, but is not named <dataset>%s. Rename it."
              .formatted(Definitions.CONTRACT));
      return true;
    }
    if (kind == FileKind.SCHEMA || SCHEMA_NAME.matcher(name).matches()) {
      problems.add(
          file.toString(),
          "is a schema, but is not named <dataset>%s. Rename it.".formatted(Definitions.SCHEMA));
      return true;
    }
    return false;
  }

  private static Optional<Pipeline> readPipeline(
      Path file, Definitions definitions, Predicate<String> variables, Problems problems) {
    return YamlFile.read(file, problems)
        .flatMap(root -> new PipelineReader(definitions, variables).read(root));
  }

  /**
   * @param files that were named, or found in a folder that was: a link among them may be followed
   */
  private static Optional<Contract> readContract(Path file, List<Path> files, Problems problems) {
    String name = file.getFileName().toString();
    if (!name.endsWith(Definitions.CONTRACT)) {
      problems.add(file.toString(), "a contract is named <dataset>" + Definitions.CONTRACT);
      return Optional.empty();
    }
    String dataset = name.substring(0, name.length() - Definitions.CONTRACT.length());
    Path schema = file.resolveSibling(dataset + Definitions.SCHEMA);
    Optional<String> refusal =
        files.contains(schema)
            ? Optional.empty()
            : FolderLinks.refusal(file.toAbsolutePath().getParent(), schema);
    refusal.ifPresent(reason -> problems.add(schema.toString(), reason));
    Optional<AvroFile> avro =
        refusal.isEmpty() && DatasetFiles.checkSchema(file, problems)
            ? AvroFile.read(schema, problems)
            : Optional.empty();
    return ContractReader.read(file, dataset, avro, problems);
  }
}
