package io.sluice.k8s.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Helm makes of the chart. */
final class Chart {
  static final Path FOLDER = Manifests.REPOSITORY.resolve("helm/sluice");

  /** The values files that stand beside the chart. */
  static final List<String> EXAMPLES = List.of("dev", "staging", "prod");

  /** Values that use what the chart has, on top of the example for prod. */
  static final Path EVERYTHING = Path.of("src/test/resources/chart/everything.yaml");

  /** Values that leave out what can be left out, on top of the example for prod. */
  static final Path LEAST = Path.of("src/test/resources/chart/least.yaml");

  private static final Pattern SET_FILE = Pattern.compile("--set-file '([^'=]+)=([^']+)'");
  private static final Map<String, Rendered> RENDERED = new HashMap<>();

  private Chart() {}

  /** One of the examples, with the files that the README's command names; rendered once. */
  static synchronized Rendered example(String name) throws IOException {
    if (!RENDERED.containsKey(name)) {
      TemplateCommand command =
          withShippedFiles(template("sluice-" + name))
              .withValuesFile(FOLDER.resolve("examples").resolve(name + ".yaml"));
      RENDERED.put(name, rendered("the chart with " + name, command));
    }
    return RENDERED.get(name);
  }

  /** What {@link #EVERYTHING} makes. */
  static Rendered everything() throws IOException {
    return onTopOfProd(EVERYTHING);
  }

  /** What {@link #LEAST} makes. */
  static Rendered least() throws IOException {
    return onTopOfProd(LEAST);
  }

  private static Rendered onTopOfProd(Path values) throws IOException {
    return rendered(
        "the chart with " + values.getFileName(),
        withShippedFiles(template("sluice-prod"))
            .withValuesFile(FOLDER.resolve("examples/prod.yaml"))
            .withValuesFile(values));
  }

  static TemplateCommand template(String namespace) {
    // The library takes the cluster for an old one otherwise.
    return new Helm(FOLDER)
        .template()
        .withName("sluice")
        .withNamespace(namespace)
        .withKubeVersion("1.32.0");
  }

  /** Adds the definitions of market-risk. */
  static TemplateCommand withShippedFiles(TemplateCommand command) throws IOException {
    shippedFiles().forEach(command::setFile);
    return command;
  }

  static Rendered rendered(String name, TemplateCommand command) throws IOException {
    return new Rendered(name, Manifests.parse(command.call()));
  }

  /** The files that the README's command names, by the keys of values. */
  static Map<String, Path> shippedFiles() throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    Matcher options = SET_FILE.matcher(Files.readString(FOLDER.resolve("README.md")));
    while (options.find()) {
      files.put(options.group(1), Manifests.REPOSITORY.resolve(options.group(2)));
    }
    return files;
  }
}
