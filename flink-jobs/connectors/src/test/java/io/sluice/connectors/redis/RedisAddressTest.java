package io.sluice.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Redis URIs reach the clients, and that nothing of the others is shown. */
class RedisAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://127.0.0.1:16379",
        "redis://sluice:a_-b@127.0.0.1:16379",
        "rediss://:p%2Fw@cache:6379/1",
        "redis://my_cache",
        "redis-sentinel://pw@a:1,b:2/0#main",
      })
  void readsWhatClientsRead(String uri) {
    assertThat(RedisAddress.require(uri)).isEqualTo(uri);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:canary/x@cache:6379",
        "redis://canary/@cache:6379",
        "redis://u:canary#x@cache:6379",
        "redis://u:canary?x@cache:6379",
        "redis://u:ca nary@cache:6379",
        "http://u:canary@cache:6379",
        "u:canary@cache:6379",
        "redis://u:canary@cache:port",
        "redis:canary",
        "redis://u:canary",
        "canary",
        "",
      })
  void showsNothingOfOthers(String uri) {
    assertThatThrownBy(() -> RedisConnection.open(uri, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the Redis URI cannot be read; it must look like redis://host:port")
        .hasMessageNotContaining("canary")
        .hasNoCause();
  }
}
