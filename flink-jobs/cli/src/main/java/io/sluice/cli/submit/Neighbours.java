package io.sluice.cli.submit;

import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.View;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The other pipelines of a home. A table, a hash and a relational table have one pipeline that
 * writes them: with two, each would skip or replace the other's rows.
 */
final class Neighbours {
  private final SubmittedPipelines submitted;
  private final Consumer<String> progress;

  Neighbours(SubmittedPipelines submitted, Consumer<String> progress) {
    this.submitted = submitted;
    this.progress = progress;
  }

  /**
   * Refuses a pipeline that would write what belongs to another one.
   *
   * @throws CommandFailure with everything that both would write, and the ways out
   */
  void check(Pipeline pipeline) throws IOException {
    List<String> problems = new ArrayList<>();
    for (Submitted other : submitted.list()) {
      if (!other.name().equals(pipeline.name())) {
        load(other).ifPresent(known -> compare(pipeline, known, problems));
      }
    }
    if (!problems.isEmpty()) {
      throw new CommandFailure(String.join("\n", problems));
    }
  }

  private Optional<Pipeline> load(Submitted other) {
    try {
      return Optional.of(PipelineLoader.load(other.pipeline(), other.definitions()));
    } catch (DefinitionException e) {
      progress.accept(
          "the stored copy of %s has problems, so what it writes is not compared"
              .formatted(other.name()));
      return Optional.empty();
    }
  }

  private static void compare(Pipeline pipeline, Pipeline other, List<String> problems) {
    Connections here = pipeline.connections();
    Connections there = other.connections();
    if (here.lake().equals(there.lake())) {
      for (String dataset : common(pipeline.sources().keySet(), other.sources().keySet())) {
        problems.add(
            "The dataset %s belongs to the pipeline %s: the tables bronze/%s, silver/%s and quarantine/%s of a lake have one pipeline that writes them. Give %s another lake root or the dataset another name, or remove what %s has made: sluice remove %s"
                .formatted(
                    dataset,
                    other.name(),
                    dataset,
                    dataset,
                    dataset,
                    pipeline.name(),
                    other.name(),
                    other.name()));
      }
      for (String view : common(pipeline.gold().keySet(), other.gold().keySet())) {
        problems.add(
            view(
                view,
                other,
                "the tables gold/%s, late/%s and rejected/%s of the lake"
                    .formatted(view, view, view)));
      }
      return;
    }
    for (String view : common(served(pipeline, SinkKind.REDIS), served(other, SinkKind.REDIS))) {
      if (here.redis().equals(there.redis())) {
        String prefix = here.redis().orElseThrow().keyPrefix();
        problems.add(view(view, other, "the keys %s%s:* in Redis".formatted(prefix, view)));
      }
    }
    for (String view : common(served(pipeline, SinkKind.JDBC), served(other, SinkKind.JDBC))) {
      if (here.jdbc().equals(there.jdbc())) {
        problems.add(view(view, other, "the table %s in the database".formatted(view)));
      }
    }
  }

  private static String view(String view, Pipeline other, String what) {
    return "The view %s belongs to the pipeline %s, which writes %s. Give the view another name, or remove what %s has made: sluice remove %s"
        .formatted(view, other.name(), what, other.name(), other.name());
  }

  private static Set<String> served(Pipeline pipeline, SinkKind sink) {
    return pipeline.gold().values().stream()
        .filter(view -> view.sinks().contains(sink))
        .map(View::name)
        .collect(Collectors.toSet());
  }

  private static List<String> common(Set<String> some, Set<String> others) {
    Set<String> common = new HashSet<>(some);
    common.retainAll(others);
    return common.stream().sorted().toList();
  }
}
