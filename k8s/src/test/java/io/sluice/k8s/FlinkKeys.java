package io.sluice.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The settings of a FlinkDeployment against the options of Flink's classes: Flink passes over keys
 * that it does not know, and finds a bad value when the job is deployed.
 */
public final class FlinkKeys implements Check {
  /** Keys of the operator, which takes them out: those of its version 1.15 that we use. */
  private static final Set<String> OF_THE_OPERATOR =
      Set.of(
          "kubernetes.operator.periodic.savepoint.interval",
          "kubernetes.operator.savepoint.history.max.count",
          "kubernetes.operator.savepoint.history.max.age",
          "kubernetes.operator.savepoint.dispose-on-delete",
          "kubernetes.operator.job.savepoint-on-deletion",
          "kubernetes.operator.job.upgrade.last-state-fallback.enabled",
          "kubernetes.operator.pod-template.merge-arrays-by-name");

  /** Reporters have names that users choose, so no class declares these keys. */
  private static final Pattern OF_A_REPORTER =
      Pattern.compile(
          "metrics\\.reporter\\.\\w+\\.(factory\\.class|port|filterLabelValueCharacters|filter\\.excludes)");

  @Override
  public List<String> problems(ObjectNode resource) {
    if (!Manifests.kind(resource).equals("FlinkDeployment")) {
      return List.of();
    }
    Map<String, String> settings = Manifests.settings(resource);
    List<String> problems = new ArrayList<>(prefixes(settings.keySet()));
    settings.forEach((key, value) -> check(key, value, problems));
    return problems;
  }

  private static void check(String key, String value, List<String> problems) {
    FlinkOptions options = FlinkOptions.all();
    ConfigOption<?> option = options.byKey().get(key);
    Matcher reporter = OF_A_REPORTER.matcher(key);
    if (reporter.matches()) {
      checkReporter(reporter.group(1), key, value, problems);
    } else if (option != null) {
      checkValue(option, key, value, problems);
    } else if (options.renamed().containsKey(key)) {
      problems.add(key + " is deprecated. Use " + options.renamed().get(key) + ".");
    } else if (!OF_THE_OPERATOR.contains(key)) {
      problems.add(key + " is no option of Flink, nor one of the operator's that are known here.");
    }
  }

  private static void checkValue(
      ConfigOption<?> option, String key, String value, List<String> problems) {
    try {
      Configuration configuration = new Configuration();
      configuration.setString(key, value);
      configuration.get(option);
    } catch (IllegalArgumentException e) {
      problems.add(key + " has the bad value '" + value + "': " + e.getMessage());
    }
  }

  private static void checkReporter(String part, String key, String value, List<String> problems) {
    switch (part) {
      case "port" -> checkText(key, value, "[0-9]+(-[0-9]+)?", "no port", problems);
      case "filterLabelValueCharacters" ->
          checkText(key, value, "true|false", "neither true nor false", problems);
      case "filter.excludes" ->
          checkText(key, value, "[^:;]+(:[^:;]+){0,2}(;.*)?", "no scope:name:type", problems);
      default -> checkFactory(key, value, problems);
    }
  }

  private static void checkText(
      String key, String value, String form, String otherwise, List<String> problems) {
    if (!value.matches(form)) {
      problems.add(key + " has the bad value '" + value + "': " + otherwise + ".");
    }
  }

  private static void checkFactory(String key, String value, List<String> problems) {
    try {
      Class.forName(value).asSubclass(MetricReporterFactory.class);
    } catch (ClassNotFoundException | ClassCastException e) {
      problems.add(key + " has the bad value '" + value + "': no factory of reporters.");
    }
  }

  /** As config.yaml of Flink 2 is a tree, a key that has a value has no keys below it. */
  private static List<String> prefixes(Set<String> keys) {
    TreeSet<String> sorted = new TreeSet<>(keys);
    return sorted.stream()
        .filter(key -> sorted.ceiling(key + ".") != null)
        .filter(key -> sorted.ceiling(key + ".").startsWith(key + "."))
        .map(key -> key + " is a prefix of " + sorted.ceiling(key + ".") + ".")
        .toList();
  }
}
