package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No check finds anything in what is shipped; {@link MistakesTest} shows that each of them looks.
 */
class ChecksTest {

  static Stream<String> checks() {
    return Check.ALL.keySet().stream().sorted();
  }

  static Stream<Arguments> checksOfOverlays() {
    return checks()
        .flatMap(check -> Overlay.NAMES.stream().map(overlay -> Arguments.of(check, overlay)));
  }

  @ParameterizedTest
  @MethodSource("checksOfOverlays")
  void overlaysAreRight(String check, String overlay) throws Exception {
    for (ObjectNode resource : Overlay.of(overlay).resources()) {
      assertThat(Check.ALL.get(check).problems(resource)).as(Manifests.name(resource)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("checks")
  void samplesAreRight(String check) throws Exception {
    assertThat(Check.ALL.get(check).problems(Manifests.file("samples/savepoint.yaml"))).isEmpty();
  }
}
