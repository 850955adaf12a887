package io.sluice.job.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverTest {

  @Test
  void withoutAnAddressThereAreNoEvents() {
    assertThat(Receiver.of(Map.of("OPENLINEAGE_NAMESPACE", "a")::get)).isEmpty();
    assertThat(Receiver.of(Map.of("OPENLINEAGE_URL", " ")::get)).isEmpty();
    assertThat(
            Receiver.of(
                Map.of("OPENLINEAGE_URL", "http://a:1", "OPENLINEAGE_DISABLED", "true")::get))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://marquez:5000, , http://marquez:5000/api/v1/lineage",
    "https://datahub:8080/openapi/openlineage/, , https://datahub:8080/openapi/openlineage/api/v1/lineage",
    "http://a:1, /events, http://a:1/events"
  })
  void theAddressIsMadeAsOpenLineagesClientsMakeIt(String url, String endpoint, String address) {
    Map<String, String> environment =
        endpoint == null
            ? Map.of("OPENLINEAGE_URL", url)
            : Map.of("OPENLINEAGE_URL", url, "OPENLINEAGE_ENDPOINT", endpoint);
    assertThat(Receiver.of(environment::get).orElseThrow())
        .satisfies(receiver -> assertThat(receiver.address()).hasToString(address))
        .satisfies(receiver -> assertThat(receiver.namespace()).isEqualTo("default"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"marquez:5000", "ftp://a", "http://u:p@a", "http://a?key=b", "http://a b", "x"})
  void anAddressThatCannotBeUsedStopsNothing(String url) {
    assertThat(Receiver.of(Map.of("OPENLINEAGE_URL", url)::get)).isEmpty();
  }

  @Test
  void aKeyIsNeverShown() {
    Map<String, String> environment =
        Map.of("OPENLINEAGE_URL", "http://a", "OPENLINEAGE_API_KEY", "canary");
    assertThat(Receiver.of(environment::get).orElseThrow().toString()).doesNotContain("canary");
    assertThat(
            Receiver.of(Map.of("OPENLINEAGE_URL", "http://a", "OPENLINEAGE_API_KEY", "a\nb")::get))
        .isEmpty();
  }
}
