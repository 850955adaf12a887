package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cli.Main;
import io.sluice.cli.platform.LocalPlatform;
import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.Installation;
import io.sluice.definition.yaml.Variables;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Rendered;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sluice render} prints of market-risk is what the repository holds of it. */
class RenderedByCommandTest {

  @TempDir private Path folder;

  /** The example with the printed entry is the example with the README's options. */
  @Test
  void theChartTakesTheEntry() throws Exception {
    Path entry =
        Files.writeString(folder.resolve("market-risk.yaml"), sluice("helm-values", "market-risk"));
    Rendered rendered =
        Chart.rendered(
            "the entry of the command",
            Chart.template("sluice-dev")
                .withValuesFile(Chart.FOLDER.resolve("examples/dev.yaml"))
                .withValuesFile(entry));
    assertThat(rendered.resources()).isEqualTo(Chart.example("dev").resources());
  }

  /** So that a pipeline of one's own gets all that base says, and a test like this stays true. */
  @Test
  void manifestsAreThoseOfTheBase() throws Exception {
    List<ObjectNode> printed = Manifests.parse(sluice("k8s", "market-risk"));
    ObjectNode definitions = printed.get(0);
    assertThat(Manifests.texts(definitions.get("data")))
        .isEqualTo(
            Manifests.texts(Chart.example("dev").configMap("market-risk-definitions").get("data")));
    for (ObjectNode resource : printed.subList(1, printed.size())) {
      List<ObjectNode> same =
          List.of("market-risk.yaml", "network.yaml", "disruption.yaml", "metrics.yaml").stream()
              .flatMap(file -> documents(file).stream())
              .filter(each -> id(each).equals(id(resource)))
              .toList();
      assertThat(same).as(id(resource)).hasSize(1);
      assertThat(without(resource)).isEqualTo(without(same.get(0)));
    }
    assertThat(printed).extracting(RenderedByCommandTest::id).hasSize(5).doesNotHaveDuplicates();
    assertThat(printed.get(1).at(SOURCES + "/0/configMap/name").asText())
        .isEqualTo(Manifests.name(definitions));
  }

  private static final String SOURCES = "/spec/podTemplate/spec/volumes/0/projected/sources";

  /** But for the ConfigMaps of the definitions, one here and two there, and the order of ids. */
  private static ObjectNode without(ObjectNode resource) {
    ObjectNode copy = resource.deepCopy();
    JsonNode sources = copy.at(SOURCES);
    if (sources instanceof ArrayNode list) {
      list.removeAll();
    }
    return copy;
  }

  private static String id(ObjectNode resource) {
    return Manifests.kind(resource) + " " + Manifests.name(resource);
  }

  private static List<ObjectNode> documents(String file) {
    try {
      return Manifests.parse(
          Files.readString(Manifests.REPOSITORY.resolve("k8s/base").resolve(file)));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String sluice(String target, String pipeline) {
    CliContext context =
        new CliContext(
            Installation.ofSources(Manifests.REPOSITORY), false, Optional.empty(), Variables.own());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine(context, new LocalPlatform(context.serverFiles()), log -> {})
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute("render", target, pipeline);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
