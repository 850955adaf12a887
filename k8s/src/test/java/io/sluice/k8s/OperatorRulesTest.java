package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The rules of the operator's validator that no schema tells, and ours. */
class OperatorRulesTest {
  private final Check check = new OperatorRules();

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void overlaysAreRight(String name) throws Exception {
    for (ObjectNode resource : Overlay.of(name).resources()) {
      assertThat(check.problems(resource)).as(Manifests.name(resource)).isEmpty();
    }
  }

  @Test
  void samplesAreRight() throws Exception {
    assertThat(check.problems(Manifests.file("samples/savepoint.yaml"))).isEmpty();
  }
}
