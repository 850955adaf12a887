package io.sluice.definition.pipeline;

import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that the two files of a dataset stand side by side. */
final class DatasetFiles {
  private DatasetFiles() {}

  /** Reports a schema without a contract, unless a contract that is misspelt is reported. */
  static void checkContract(Path schema, Problems problems) {
    String dataset = dataset(schema, Definitions.SCHEMA);
    Path contract = schema.resolveSibling(dataset + Definitions.CONTRACT);
    if (Files.exists(schema) && !Files.exists(contract) && !isFormer(schema)) {
      Set<String> lonely = without(schema, Definitions.CONTRACT, Definitions.SCHEMA);
      if (Nearest.of(dataset, lonely).isEmpty()) {
        problems.add(schema.toString(), noContract(dataset));
      }
    }
  }

  static String noContract(String dataset) {
    return "the dataset '%s' has a schema but no contract. Write %s%s beside it."
        .formatted(dataset, dataset, Definitions.CONTRACT);
  }

  /** Whether there is a schema beside the contract; else this is reported. */
  static boolean checkSchema(Path contract, Problems problems) {
    String dataset = dataset(contract, Definitions.CONTRACT);
    Path schema = contract.resolveSibling(dataset + Definitions.SCHEMA);
    if (Files.exists(contract) && !Files.exists(schema)) {
      Optional<String> meant =
          Nearest.of(dataset, without(contract, Definitions.SCHEMA, Definitions.CONTRACT));
      problems.add(
          contract.toString(),
          "the dataset '%s' has a contract but no schema. %s"
              .formatted(
                  dataset,
                  meant
                      .map(name -> "Did you mean '%s', as in %s.avsc?".formatted(name, name))
                      .orElse("Write %s.avsc beside it.".formatted(dataset))));
    }
    return Files.exists(schema);
  }

  /** Former versions have no contract. */
  private static boolean isFormer(Path schema) {
    Path folder = schema.toAbsolutePath().getParent();
    return folder != null && folder.endsWith("released");
  }

  /** The datasets of the file's folder that have a file with one ending, and none with another. */
  private static Set<String> without(Path file, String ending, String missing) {
    Path folder = file.toAbsolutePath().getParent();
    try (Stream<Path> siblings = Files.list(folder)) {
      return siblings
          .filter(sibling -> sibling.toString().endsWith(ending))
          .map(sibling -> dataset(sibling, ending))
          .filter(dataset -> !Files.exists(folder.resolve(dataset + missing)))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      // Then nothing better can be proposed.
      return Set.of();
    }
  }

  private static String dataset(Path file, String ending) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ending.length());
  }
}
