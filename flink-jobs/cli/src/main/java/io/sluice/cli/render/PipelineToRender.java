package io.sluice.cli.render;

import io.sluice.cli.storage.Trees;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.Variables;
import io.sluice.job.UnscalableTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A pipeline and the files that it is made of.
 *
 * @param key its name as Kubernetes takes one: small letters, digits and '-'
 * @param files texts by file name, the pipeline's first; they lie side by side on a pod
 * @param unscalable ids of the tasks that more subtasks do not help
 */
record PipelineToRender(
    String key, Pipeline pipeline, Map<String, String> files, SortedSet<String> unscalable) {

  /** The operator adds to names of resources, which may have 63 characters. */
  private static final int LONGEST_NAME = 45;

  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

  /** An autoscaler stops there, whatever the load. */
  private static final int MOST_PARALLEL = 16;

  /** Where pods have no role of their own. */
  private static final List<String> OF_THE_BUCKET =
      List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  /**
   * Reads and checks a pipeline.
   *
   * @throws io.sluice.definition.model.DefinitionException with every problem of the definitions
   * @throws CommandFailure if the name is too long for Kubernetes, or a file holds a password
   */
  static PipelineToRender read(Path file, Path definitions, Variables variables)
      throws IOException {
    Pipeline pipeline = PipelineLoader.load(file, definitions, variables);
    String key = pipeline.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (key.length() > LONGEST_NAME) {
      throw new CommandFailure(
          "The pipeline's name %s has %d characters; as the name of a FlinkDeployment it may have %d. Choose a shorter one before the pipeline has state."
              .formatted(pipeline.name(), key.length(), LONGEST_NAME));
    }
    if (!NAME.matcher(key).matches()) {
      throw new CommandFailure(
          "The pipeline's name %s cannot be that of a FlinkDeployment, which begins with a letter and ends with a letter or digit. Choose another before the pipeline has state."
              .formatted(pipeline.name()));
    }
    Map<String, String> files = new LinkedHashMap<>();
    files.put(key + ".yaml", text(file, key));
    for (Pipeline.Source source : pipeline.sources().values()) {
      String name = source.dataset().name();
      for (Path each : PipelineFiles.datasetFiles(definitions)) {
        String own = each.getFileName().toString();
        if (own.equals(name + ".avsc") || own.equals(name + ".odcs.yaml")) {
          files.put(own, text(each, key));
        }
      }
    }
    return new PipelineToRender(key, pipeline, files, unscalable(pipeline));
  }

  private static String text(Path file, String key) throws IOException {
    String text = Files.readString(file);
    LiteralCredentials.refuse(file.toString(), text, key + "-credentials");
    return text;
  }

  private static SortedSet<String> unscalable(Pipeline pipeline) throws IOException {
    Path empty = Files.createTempDirectory("sluice-render");
    try {
      return UnscalableTasks.of(pipeline, empty);
    } finally {
      Trees.remove(empty);
    }
  }

  /** The variables by which the pipeline names what may hold a password: Redis and PostgreSQL. */
  private SortedSet<String> credentials() {
    return named(
        Stream.concat(
            pipeline.connections().redis().map(redis -> redis.uri().text()).stream(),
            pipeline.connections().jdbc().map(jdbc -> jdbc.url().text()).stream()));
  }

  /** What belongs into a Secret: those, and what a bucket may ask for. */
  SortedSet<String> secrets() {
    SortedSet<String> all = credentials();
    all.addAll(OF_THE_BUCKET);
    return all;
  }

  /** The other variables that the pipeline names, and the bucket's region. */
  SortedSet<String> addresses() {
    SortedSet<String> all = named(Stream.of(files.get(key + ".yaml")));
    all.removeAll(credentials());
    all.add("AWS_REGION");
    return all;
  }

  /** How far an autoscaler may go. */
  int mostParallel() {
    return Math.min(MOST_PARALLEL, pipeline.run().maxParallelism());
  }

  private static SortedSet<String> named(Stream<String> texts) {
    SortedSet<String> names = new TreeSet<>();
    texts.forEach(
        text -> {
          Matcher variables = VARIABLE.matcher(text);
          while (variables.find()) {
            names.add(variables.group(1));
          }
        });
    return names;
  }
}
