package io.sluice.k8s.monitoring;

import io.sluice.k8s.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names that Prometheus knows. The page is made of the code, and compared with what the
 * processes of a running job give.
 */
final class MetricsPage {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `\\w+` \\| `(flink_\\w+)` \\| (\\w+) \\|");
  private static final Pattern NAME = Pattern.compile("\\bflink_\\w+");

  private MetricsPage() {}

  static Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(Manifests.REPOSITORY.resolve("METRICS.md")));
    while (row.find()) {
      names.add(row.group(1));
      if (row.group(2).equals("histogram")) {
        names.add(row.group(1) + "_count");
      }
    }
    return names;
  }

  /** The names of metrics in an expression. */
  static Set<String> usedBy(String expression) {
    return NAME.matcher(expression).results().map(name -> name.group()).collect(Collectors.toSet());
  }
}
