package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.kafka.Refusals.Form;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private static final String BROKER = "refusals-test:9092";
  private static final TopicLimits LIMITS = TopicLimits.of(Map.of());

  private static void acknowledge(String topic, Exception failure) {
    try (Refusals interceptor = new Refusals()) {
      interceptor.configure(Map.of("bootstrap.servers", BROKER));
      interceptor.onAcknowledgement(
          new RecordMetadata(new TopicPartition(topic, 0), -1, 0, -1, -1, -1), failure);
    }
  }

  @Test
  void sendsLessWhenATopicRefusesAgainWithTheSameLimits() {
    assertThat(Refusals.begin(BROKER, "a", LIMITS)).isEqualTo(Form.WHOLE);
    acknowledge("a", new InvalidRecordException("checked by the broker"));
    assertThat(Refusals.begin(BROKER, "a", LIMITS)).isEqualTo(Form.SHORT);
    assertThat(Refusals.begin(BROKER, "a", LIMITS)).as("not refused since").isEqualTo(Form.SHORT);
    acknowledge("a", new InvalidTimestampException("clocks"));
    assertThat(Refusals.begin(BROKER, "a", LIMITS)).isEqualTo(Form.NONE);
    acknowledge("a", new InvalidRecordException("again"));
    assertThat(Refusals.begin(BROKER, "a", LIMITS)).isEqualTo(Form.NONE);
  }

  @Test
  void triesTheSameFormWithOtherLimits() {
    Refusals.begin(BROKER, "b", LIMITS);
    acknowledge("b", new InvalidRecordException("too large"));
    TopicLimits smaller = TopicLimits.of(Map.of("max.message.bytes", "1000"));
    assertThat(Refusals.begin(BROKER, "b", smaller)).isEqualTo(Form.WHOLE);
    acknowledge("b", new InvalidRecordException("too large"));
    assertThat(Refusals.begin(BROKER, "b", smaller)).isEqualTo(Form.SHORT);
  }

  @Test
  void anOutageIsNoRefusal() {
    Refusals.begin(BROKER, "c", LIMITS);
    acknowledge("c", new NotEnoughReplicasException("one is down"));
    acknowledge("c", new TimeoutException("no answer"));
    acknowledge("c", null);
    assertThat(Refusals.begin(BROKER, "c", LIMITS)).isEqualTo(Form.WHOLE);
  }
}
