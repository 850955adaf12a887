package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.k8s.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** VALUES.md lists what the schema allows and what values.yaml says. */
class ValuesReferenceTest {
  private static final String WRITE = "sluice.writeReferences";
  private static final String COMMAND =
      "mvn -o -q -pl k8s -am -DskipIT -DskipStyle -Dtest=ValuesReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + " test";

  /** Given by options, Helm's own, or of one choice. */
  private static final Set<String> UNUSED =
      Set.of(
          "definitions", "flinkVersion", "global", "job.allowNonRestoredState", "job.upgradeMode");

  private static final String HEAD =
      """
      # The values of the chart

      Made of `values.yaml` and `values.schema.json`; do not edit it. `ValuesReferenceTest` fails when it is out of date, and says how to write it anew. Any other key is an error.
      [README.md](README.md) says how they work together.
      """;

  @Test
  void isWhatTheSchemaSays() throws IOException {
    JsonNode schema = Manifests.YAML.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
    JsonNode values = Manifests.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());
    StringBuilder text = new StringBuilder(HEAD).append("\n## Of the chart\n\n").append(table());
    ValuesTable table = new ValuesTable(schema.get("definitions"));
    text.append(table.rows(schema, values));
    JsonNode entry = schema.at("/properties/pipelines/additionalProperties");
    text.append("\n## Of an entry of `pipelines` only\n\n")
        .append(table())
        .append(table.ownRows(entry, schema.get("properties")));
    text.append("\n## Defaults of `flinkConfiguration`\n\n| key | default |\n|---|---|\n");
    for (Map.Entry<String, String> setting :
        Manifests.texts(values.get("flinkConfiguration")).entrySet()) {
      text.append("| `%s` | `%s` |\n".formatted(setting.getKey(), setting.getValue()));
    }
    check(Chart.FOLDER.resolve("VALUES.md"), text.toString());
  }

  /** What no file uses, no check has seen. */
  @Test
  void eachValueIsUsedByAFileThatIsChecked() throws IOException {
    JsonNode schema = Manifests.YAML.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
    Set<String> unused = new TreeSet<>();
    ValuesTable table = new ValuesTable(schema.get("definitions"));
    unused.addAll(table.names(schema));
    table.names(schema.at("/properties/pipelines/additionalProperties")).forEach(unused::add);
    for (Path file :
        List.of(Chart.FOLDER.resolve("examples/prod.yaml"), Chart.EVERYTHING, Chart.LEAST)) {
      JsonNode values = Manifests.YAML.readTree(file.toFile());
      unused.removeIf(name -> has(values, name));
      unused.removeIf(name -> has(values.at("/pipelines/market-risk"), name));
    }
    assertThat(unused).isEqualTo(UNUSED);
  }

  private static boolean has(JsonNode values, String name) {
    return !values.at("/" + name.replace('.', '/')).isMissingNode();
  }

  private static String table() {
    return "| value | type | default | meaning |\n|---|---|---|---|\n";
  }

  private static void check(Path file, String text) throws IOException {
    if (System.getProperty(WRITE) != null) {
      Files.writeString(file, text);
    }
    assertThat(Files.readString(file))
        .as("%s is out of date. Write it anew: %s", file.getFileName(), COMMAND)
        .isEqualTo(text);
  }
}
