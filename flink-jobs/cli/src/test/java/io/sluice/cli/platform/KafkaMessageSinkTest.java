package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.text.CommandFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The sink over Kafka's producer in memory, which answers as it is told. */
class KafkaMessageSinkTest {
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(
          false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
  private final KafkaMessageSink sink = new KafkaMessageSink("city.logs", 1000, producer);
  private final List<String> refused = new ArrayList<>();

  @Test
  void whatTheTopicRefusesIsToldAndTheRestGoesOn() {
    send("a");
    send("b");
    send("c");
    send("d");
    producer.completeNext();
    producer.errorNext(new RecordTooLargeException("too large"));
    producer.errorNext(new InvalidTimestampException("out of range"));
    producer.errorNext(new InvalidRecordException("cannot accept message without key"));
    send("e");
    sink.flush();
    assertThat(refused)
        .containsExactly(
            "b is too large for the topic city.logs: it makes a message of 2 bytes, and max.message.bytes is 1000. Shorten it or raise that setting of the topic",
            "c is refused by the topic city.logs: out of range",
            "d is refused by the topic city.logs: cannot accept message without key");
    assertThat(sink.acknowledged()).isEqualTo(2);
  }

  @Test
  void theOthersOfARefusedBatchAreSentAgain() {
    send("a");
    send("b");
    producer.errorNext(new InvalidRecordException("no key"));
    producer.errorNext(new KafkaException("part of a batch which had one more invalid records"));
    sink.flush();
    assertThat(refused).containsExactly("a is refused by the topic city.logs: no key");
    assertThat(sink.acknowledged()).isOne();
    assertThat(producer.history().get(2).value()).asString().isEqualTo("b");
  }

  @Test
  void everyOtherFailureEndsTheSending() {
    send("a");
    producer.completeNext();
    send("b");
    producer.errorNext(new TopicAuthorizationException("not yours"));
    assertThatThrownBy(() -> send("c"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("Kafka took 1 records of topic city.logs and then failed: not yours");
  }

  private void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sink.send(bytes, bytes, problem -> refused.add(text + " " + problem.text()));
  }
}
