package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.TemplateCommand;
import io.sluice.k8s.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that are wrong are refused, with everything that is wrong and what to do about it. */
class WrongValuesTest {

  /**
   * A values file.
   *
   * @param name says what is wrong
   * @param values on top of the example for prod
   * @param files whether the definitions of market-risk are given; they are unless this is false
   * @param messages every problem that is told, each a whole line
   */
  record Case(String name, JsonNode values, Boolean files, List<String> messages) {
    @Override
    public String toString() {
      return name;
    }
  }

  @TempDir private Path folder;

  static Stream<Case> cases() throws IOException {
    return Stream.of(
        Manifests.YAML.readValue(
            WrongValuesTest.class.getResource("/chart/wrong-values.yaml"), Case[].class));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void areRefused(Case wrong) throws Exception {
    Path values = folder.resolve("values.yaml");
    Manifests.YAML.writeValue(values.toFile(), wrong.values());
    TemplateCommand command =
        Chart.template("sluice-prod")
            .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
            .withValuesFile(values);
    if (!Boolean.FALSE.equals(wrong.files())) {
      Chart.withShippedFiles(command);
    }
    AbstractThrowableAssert<?, ?> refusal = assertThatThrownBy(command::call);
    refusal.isInstanceOf(IllegalStateException.class);
    refusal.satisfies(
        e ->
            assertThat(e.getMessage().lines().map(String::strip).filter(l -> l.startsWith("- ")))
                .containsExactlyInAnyOrderElementsOf(
                    wrong.messages().stream().map(each -> "- " + each).toList()));
  }

  @Test
  void thereAreMany() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(25).extracting(Case::name).doesNotHaveDuplicates();
    assertThat(Files.readString(Chart.FOLDER.resolve("README.md")))
        .contains(cases().count() + " wrong values files");
  }

  /** The messages that the README shows are told. */
  @Test
  void theReadmeShowsTheirMessages() throws IOException {
    List<String> shown =
        Files.readAllLines(Chart.FOLDER.resolve("README.md")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("- pipelines."))
            .map(line -> line.substring(2))
            .toList();
    assertThat(cases().flatMap(each -> each.messages().stream()).toList())
        .containsAll(shown)
        .hasSizeGreaterThan(shown.size());
    assertThat(shown).isNotEmpty();
  }
}
