package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Flink's resources against the operator's schemas. */
class CrdSchemaTest {
  private final Check check = new CrdSchema();

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
