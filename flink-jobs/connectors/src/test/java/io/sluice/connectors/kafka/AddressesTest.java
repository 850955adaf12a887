package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of brokers and registries are shown, so that none with a password is taken. */
class AddressesTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:19092", "a:1, b-2.c:65535", "[::1]:9092", "PLAINTEXT://a:1"})
  void takesListsOfBrokers(String list) {
    assertThat(BootstrapServers.require(list)).isEqualTo(list);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "u:canary@broker:9092",
        "broker:9092,u:canary@other:1",
        "broker:canary",
        "canary",
        "",
        "broker:9092;sasl.jaas.config=canary",
        "SASL_SSL://u:canary@broker:9092"
      })
  void showsNothingOfOtherLists(String list) {
    assertThatThrownBy(() -> new KafkaAdmin(list, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Kafka's bootstrap servers must look like HOST:PORT")
        .hasMessageNotContaining("canary");
    assertThatThrownBy(() -> new KafkaPositions(list, "topic", "group"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("canary");
    assertThatThrownBy(() -> KafkaMessages.exactlyOnceSink(list, "id", Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("canary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "u:canary@registry:8081",
        "registry:8081/canary",
        "http://u:canary@registry/api",
        "http://u:ca nary@registry",
        "http://canary@registry",
        "ftp://u:canary@registry",
        "http:canary",
        "http://registry/canary@x",
        "https://registry/api?token=canary",
        "http://registry/#canary",
        "canary",
        "",
        "http://u:canary/x@registry"
      })
  void showsNothingOfARegistrysAddressWithAPassword(String url) {
    assertThatThrownBy(() -> new SchemaRegistry(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the schema registry's URL must ")
        .hasMessageNotContaining("canary")
        .hasNoCause();
  }
}
