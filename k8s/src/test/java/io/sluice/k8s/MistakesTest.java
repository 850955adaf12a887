package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each check finds what it is there for: resources that are right, with one mistake each, from the
 * file {@code mistakes.yaml}.
 */
class MistakesTest {

  /**
   * One mistake.
   *
   * @param name says what is wrong
   * @param resource {@code Kind} or {@code Kind/name} in the prod overlay, or a file
   * @param at where, as a JSON pointer
   * @param value what stands there then; null to remove it
   * @param caughtBy a name of {@link Check#ALL}
   * @param message what the check says, in part
   */
  record Mistake(
      String name, String resource, String at, JsonNode value, String caughtBy, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() throws IOException {
    return Stream.of(
        Manifests.YAML.readValue(
            MistakesTest.class.getResource("/mistakes.yaml"), Mistake[].class));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void isCaught(Mistake mistake) throws Exception {
    ObjectNode resource = resource(mistake.resource());
    Check check = Check.ALL.get(mistake.caughtBy());
    assertThat(check.problems(resource)).isEmpty();
    seed(mistake, resource);
    assertThat(check.problems(resource))
        .anySatisfy(problem -> assertThat(problem).contains(mistake.message()));
  }

  @Test
  void eachCheckHasMistakes() throws IOException {
    List<Mistake> mistakes = mistakes().toList();
    assertThat(mistakes).extracting(Mistake::caughtBy).containsAll(Check.ALL.keySet());
    assertThat(mistakes).extracting(Mistake::name).doesNotHaveDuplicates();
    assertThat(Files.readString(Manifests.FOLDER.resolve("README.md")))
        .contains("each of " + mistakes.size() + " mistakes");
  }

  /** Without a place that exists, a mistake would be none. */
  @Test
  void aPlaceThatIsNotThereIsRefused() {
    assertThatThrownBy(
            () ->
                seed(
                    new Mistake("m", "", "/spec/nowhere/at", null, "", ""),
                    Manifests.YAML.createObjectNode()))
        .hasMessageContaining("/spec/nowhere");
  }

  private static ObjectNode resource(String name) throws Exception {
    if (name.endsWith(".yaml")) {
      return Manifests.file(name);
    }
    Overlay prod = Overlay.of("prod");
    String[] parts = name.split("/");
    return parts.length == 1
        ? prod.only(name)
        : prod.ofKind(parts[0]).stream()
            .filter(each -> Manifests.name(each).equals(parts[1]))
            .findFirst()
            .orElseThrow()
            .deepCopy();
  }

  private static void seed(Mistake mistake, ObjectNode resource) {
    JsonPointer place = JsonPointer.compile(mistake.at());
    JsonNode parent = resource.at(place.head());
    if (!(parent instanceof ObjectNode object)) {
      throw new IllegalArgumentException("There is no object at " + place.head() + ".");
    }
    String field = place.last().getMatchingProperty();
    if (mistake.value() == null || mistake.value().isNull()) {
      object.remove(field);
    } else {
      object.set(field, mistake.value());
    }
  }
}
