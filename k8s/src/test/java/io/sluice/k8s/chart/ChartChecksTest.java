package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.k8s.Check;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Rendered;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No check finds anything in what the chart makes of its examples, nor of a values file that the
 * property {@code sluice.values} names.
 */
class ChartChecksTest {

  static Stream<Arguments> checks() throws Exception {
    Map<String, Rendered> rendered = new LinkedHashMap<>();
    for (String example : Chart.EXAMPLES) {
      rendered.put(example, Chart.example(example));
    }
    rendered.put("everything", Chart.everything());
    rendered.put("least", Chart.least());
    String yours = System.getProperty("sluice.values");
    if (yours != null) {
      rendered.put(
          yours,
          Chart.rendered(
              yours,
              Chart.withShippedFiles(Chart.template("yours")).withValuesFile(Path.of(yours))));
    }
    return rendered.keySet().stream()
        .flatMap(
            name ->
                Check.ALL.keySet().stream()
                    .sorted()
                    .map(check -> Arguments.of(name, check, rendered.get(name))));
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("checks")
  void findNothing(String name, String check, Rendered rendered) {
    for (ObjectNode resource : rendered.resources()) {
      assertThat(Check.ALL.get(check).problems(resource))
          .as("%s of %s", Manifests.name(resource), name)
          .isEmpty();
    }
  }
}
