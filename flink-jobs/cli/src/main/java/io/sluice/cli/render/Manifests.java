package io.sluice.cli.render;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The resources of a pipeline: those that {@code k8s/base} holds for market-risk, with another
 * name, other definitions and another parallelism. So settings stand in one place.
 */
final class Manifests {
  private static final String MODEL = "market-risk";
  private static final List<String> FILES =
      List.of("market-risk.yaml", "network.yaml", "disruption.yaml", "metrics.yaml");
  private static final String EXCLUDED = "job.autoscaler.vertex.exclude.ids";
  private static final String MOST_PARALLEL = "job.autoscaler.vertex.max-parallelism";
  private static final int HASH_BYTES = 5;

  private Manifests() {}

  static String of(PipelineToRender read, int parallelism) throws IOException {
    List<Map<String, Object>> resources = new ArrayList<>();
    String definitions = read.key() + "-definitions-" + hash(read.files());
    resources.add(configMap(definitions, read));
    for (String file : FILES) {
      for (Object each : documents(file)) {
        // What holds for a namespace is in the base already.
        if (name(map(each)).equals(MODEL) || name(map(each)).startsWith(MODEL + "-")) {
          resources.add(map(renamed(each, read.key())));
        }
      }
    }
    for (Map<String, Object> resource : resources) {
      if (resource.get("kind").equals("FlinkDeployment")) {
        complete(resource, read, parallelism, definitions);
      }
    }
    StringBuilder text = new StringBuilder(heading(read));
    resources.forEach(resource -> text.append("---\n").append(YamlText.of(resource)));
    return text.toString();
  }

  private static String heading(PipelineToRender read) {
    return """
        # The pipeline %1$s for k8s/base, made of its files and of what base holds for market-risk. Print it again when they change.
        # Name this file under resources in base/kustomization.yaml. Each overlay makes the ConfigMap %1$s-addresses, with
        #   %2$s
        # and patches sizes and the bucket as it does for market-risk. The Secret %1$s-credentials has
        #   %3$s
        """
        .formatted(
            read.key(), String.join(", ", read.addresses()), String.join(", ", read.secrets()));
  }

  private static Map<String, Object> configMap(String name, PipelineToRender read) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("apiVersion", "v1");
    map.put("kind", "ConfigMap");
    map.put("metadata", new LinkedHashMap<>(Map.of("name", name)));
    map.put("immutable", true);
    map.put("data", read.files());
    return map;
  }

  private static void complete(
      Map<String, Object> resource, PipelineToRender read, int parallelism, String definitions) {
    Map<String, Object> spec = map(resource.get("spec"));
    Map<String, Object> settings = map(spec.get("flinkConfiguration"));
    if (read.unscalable().isEmpty()) {
      settings.remove(EXCLUDED);
    } else {
      settings.put(EXCLUDED, String.join(";", read.unscalable()));
    }
    settings.put(MOST_PARALLEL, Integer.toString(read.mostParallel()));
    Map<String, Object> job = map(spec.get("job"));
    job.put("parallelism", parallelism);
    List<Object> arguments = list(job.get("args"));
    arguments.set(arguments.indexOf("--parallelism") + 1, Integer.toString(parallelism));
    Map<String, Object> pod = map(map(spec.get("podTemplate")).get("spec"));
    for (Object volume : list(pod.get("volumes"))) {
      if (map(volume).get("name").equals("definitions")) {
        map(map(volume).get("projected"))
            .put("sources", List.of(Map.of("configMap", Map.of("name", definitions))));
      }
    }
  }

  private static Iterable<Object> documents(String file) throws IOException {
    try (InputStream bytes = Manifests.class.getResourceAsStream("base/" + file)) {
      if (bytes == null) {
        throw new IOException("This build of sluice lacks " + file + " of k8s/base.");
      }
      String text = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      List<Object> documents = new ArrayList<>();
      new Load(LoadSettings.builder().setLabel(file).build())
          .loadAllFromString(text)
          .forEach(documents::add);
      return documents;
    }
  }

  /** A copy in which each text that names the model names the pipeline. */
  private static Object renamed(Object tree, String key) {
    if (tree instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((name, value) -> copy.put((String) name, renamed(value, key)));
      return copy;
    } else if (tree instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(value -> copy.add(renamed(value, key)));
      return copy;
    }
    return tree instanceof String text ? text.replace(MODEL, key) : tree;
  }

  private static String name(Map<String, Object> resource) {
    return (String) map(resource.get("metadata")).get("name");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object tree) {
    return (Map<String, Object>) tree;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object tree) {
    return (List<Object>) tree;
  }

  /** Other content is another name, so another FlinkDeployment, so an upgrade with a savepoint. */
  private static String hash(Map<String, String> files) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      files.forEach(
          (name, text) -> sha.update((name + '\0' + text + '\0').getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(sha.digest(), 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
