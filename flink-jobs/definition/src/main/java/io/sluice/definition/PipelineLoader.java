package io.sluice.definition;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads definition files: pipelines, contracts and Avro schemas. Reading is strict, and every
 * problem of all files is reported at once.
 */
public final class PipelineLoader {
  private PipelineLoader() {}

  /**
   * Reads a pipeline and the datasets that it names.
   *
   * @param definitions the folder that holds, at any depth, the datasets' schemas and contracts
   * @throws DefinitionException with every problem found in any of the files
   */
  public static Pipeline load(Path pipelineFile, Path definitions) {
    Problems problems = new Problems();
    Optional<Pipeline> pipeline =
        readPipeline(pipelineFile, Definitions.in(definitions, problems), problems);
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
    Optional<Contract> contract = readContract(contractFile, problems);
    problems.throwIfAny();
    return contract.orElseThrow();
  }

  /**
   * Checks files without using them.
   *
   * @param files pipelines (.yaml, .yml), contracts (.odcs.yaml) and schemas (.avsc)
   * @param definitions where pipelines find their datasets
   * @return all problems by file, line and column; empty when all is well
   */
  public static List<Problem> validate(List<Path> files, Path definitions) {
    Problems problems = new Problems();
    Definitions datasets = null;
    for (Path file : files) {
      String name = file.getFileName() == null ? "" : file.getFileName().toString();
      if (name.endsWith(Definitions.SCHEMA)) {
        AvroFile.read(file, problems);
      } else if (name.endsWith(Definitions.CONTRACT)) {
        readContract(file, problems);
      } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
        datasets = datasets == null ? Definitions.in(definitions, problems) : datasets;
        readPipeline(file, datasets, problems);
      } else {
        problems.add(
            file.toString(),
            "is none of a pipeline (.yaml), a contract (.odcs.yaml) or a schema (.avsc)");
      }
    }
    return problems.sorted();
  }

  private static Optional<Pipeline> readPipeline(
      Path file, Definitions definitions, Problems problems) {
    return YamlFile.read(file, problems)
        .flatMap(root -> new PipelineReader(definitions).read(root));
  }

  private static Optional<Contract> readContract(Path file, Problems problems) {
    String name = file.getFileName().toString();
    if (!name.endsWith(Definitions.CONTRACT)) {
      problems.add(file.toString(), "a contract is named <dataset>" + Definitions.CONTRACT);
      return Optional.empty();
    }
    String dataset = name.substring(0, name.length() - Definitions.CONTRACT.length());
    Path schema = file.resolveSibling(dataset + Definitions.SCHEMA);
    return ContractReader.read(file, dataset, AvroFile.read(schema, problems), problems);
  }
}
