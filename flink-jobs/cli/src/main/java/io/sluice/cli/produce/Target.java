package io.sluice.cli.produce;

import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.Dataset;
import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.NameList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the records of a dataset go.
 *
 * @param dataset schema and contract
 * @param topic the Kafka topic
 * @param subject of the schema registry, for the schema of the contract
 * @param definitions the folder in which schema and contract were found
 */
public record Target(Dataset dataset, String topic, String subject, Path definitions) {

  /**
   * A dataset of a folder.
   *
   * @throws DefinitionException with every problem of its two files
   */
  public static Target of(String dataset, Path definitions, String topic) {
    return new Target(
        PipelineLoader.loadDataset(dataset, definitions), topic, topic + "-value", definitions);
  }

  /** A pipeline file and the folder of its definitions. */
  public record Candidate(Path pipeline, Path definitions) {}

  /**
   * Looks for a dataset among groups of pipelines; the first group that has it decides.
   *
   * @param groups such as the pipelines of a folder, the submitted ones, the shipped ones
   * @throws CommandFailure if no pipeline has it, or those of a group name different topics
   */
  public static Target find(String dataset, List<List<Candidate>> groups) {
    Optional<DefinitionException> broken = Optional.empty();
    List<String> known = new ArrayList<>();
    for (List<Candidate> group : groups) {
      List<Target> found = new ArrayList<>();
      for (Candidate candidate : group) {
        try {
          Pipeline pipeline = PipelineLoader.load(candidate.pipeline(), candidate.definitions());
          known.addAll(pipeline.sources().keySet());
          Pipeline.Source source = pipeline.sources().get(dataset);
          if (source != null) {
            found.add(
                new Target(
                    source.dataset(), source.topic(), source.subject(), candidate.definitions()));
          }
        } catch (DefinitionException e) {
          broken = broken.or(() -> Optional.of(e));
        }
      }
      if (!found.isEmpty()) {
        return single(dataset, found);
      }
    }
    if (broken.isPresent()) {
      throw broken.get();
    }
    throw new CommandFailure(
        "No pipeline has a source %s (known: %s). Name its folder with --definitions, its pipeline with --pipeline, or the topic with --topic."
            .formatted(dataset, NameList.orNone(known)));
  }

  private static Target single(String dataset, List<Target> found) {
    List<String> topics = found.stream().map(Target::topic).distinct().sorted().toList();
    if (topics.size() > 1) {
      throw new CommandFailure(
          "Pipelines read %s from several topics: %s. Choose with --pipeline or --topic."
              .formatted(dataset, NameList.of(topics)));
    }
    if (found.stream().map(target -> target.dataset().schema()).distinct().count() > 1) {
      throw new CommandFailure(
          "Pipelines read %s from %s with different schemas. Choose with --pipeline or --definitions."
              .formatted(dataset, topics.get(0)));
    }
    return found.get(0);
  }

  /** The pipelines of a folder, with their definitions in another. */
  public static List<Candidate> candidates(Path pipelines, Path definitions) {
    return PipelineFiles.in(pipelines).stream()
        .map(file -> new Candidate(file, definitions))
        .toList();
  }

  /** Pipelines as they were submitted. */
  public static List<Candidate> candidates(List<Submitted> submitted) {
    return submitted.stream()
        .map(pipeline -> new Candidate(pipeline.pipeline(), pipeline.definitions()))
        .toList();
  }
}
