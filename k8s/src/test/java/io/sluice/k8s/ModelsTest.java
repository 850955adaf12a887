package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Built-in resources against their types. */
class ModelsTest {
  private final Check check = new Models();

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void overlaysAreRight(String name) throws Exception {
    for (ObjectNode resource : Overlay.of(name).resources()) {
      assertThat(check.problems(resource)).as(Manifests.name(resource)).isEmpty();
    }
  }
}
