package io.sluice.cli.render;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An entry of {@code pipelines} of the chart {@code helm/sluice}. */
final class HelmValues {
  private HelmValues() {}

  static String of(PipelineToRender read, int parallelism) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("secrets", List.of(read.key() + "-credentials"));
    entry.put("job", Map.of("parallelism", parallelism));
    Map<String, Object> autoscaler = new LinkedHashMap<>();
    autoscaler.put("maxParallelism", read.mostParallel());
    autoscaler.put("excludedVertices", new ArrayList<>(read.unscalable()));
    entry.put("autoscaler", autoscaler);
    entry.put("definitions", read.files());
    Map<String, Object> values = Map.of("pipelines", Map.of(read.key(), entry));
    return heading(read) + YamlText.of(values);
  }

  private static String heading(PipelineToRender read) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "An entry for the chart helm/sluice, made of the pipeline's files. Print it again when they change:");
    lines.add("  helm upgrade --install sluice helm/sluice -f my.yaml -f THIS");
    lines.add(
        "my.yaml has image and storage.root, and under addresses what differs between places:");
    lines.add("  " + String.join(", ", read.addresses()));
    lines.add("The Secret %s-credentials has:".formatted(read.key()));
    lines.add("  " + String.join(", ", read.secrets()));
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append("# ").append(line).append('\n'));
    return text.toString();
  }
}
