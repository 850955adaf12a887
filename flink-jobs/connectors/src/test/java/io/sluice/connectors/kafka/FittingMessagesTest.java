package io.sluice.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.kafka.FittingMessages.Message;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

class FittingMessagesTest {
  private static final long NOW = 1_800_000_000_000L;

  private static ProducerRecord<byte[], byte[]> fit(Map<String, String> settings, Message message) {
    return new FittingMessages(TopicLimits.of(settings), Refusals.Form.WHOLE)
        .fit(message, NOW)
        .orElse(null);
  }

  private static Message message(byte[] key, byte[] value, Long timestamp) {
    List<Header> headers =
        List.of(new RecordHeader("own", null), new RecordHeader("about", "x".getBytes(UTF_8)));
    return new Message("t.dlq", key, value, headers, timestamp, "t/0/5", 1);
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static String header(ProducerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  @Test
  void leavesWhatFitsAsItIs() {
    byte[] key = {1};
    byte[] value = {2};
    ProducerRecord<byte[], byte[]> record = fit(Map.of(), message(key, value, NOW));
    assertThat(record.key()).isSameAs(key);
    assertThat(record.value()).isSameAs(value);
    assertThat(record.timestamp()).isEqualTo(NOW);
    assertThat(record.headers().toArray()).extracting(Header::key).containsExactly("own", "about");
  }

  @Test
  void knowsTheTimestampsThatATopicTakes() {
    assertThat(timestamp(Map.of(), -1L)).isNull();
    assertThat(timestamp(Map.of(), Long.MIN_VALUE)).isNull();
    assertThat(timestamp(Map.of(), Long.MAX_VALUE)).isNull();
    assertThat(timestamp(Map.of(), 0L)).isZero();
    assertThat(timestamp(Map.of(), NOW + 50 * 60_000)).isEqualTo(NOW + 50 * 60_000);
    assertThat(timestamp(Map.of(), NOW + 59 * 60_000)).as("clocks differ").isNull();
    Map<String, String> days = Map.of("message.timestamp.before.max.ms", "86400000");
    assertThat(timestamp(days, NOW - 80_000_000)).isEqualTo(NOW - 80_000_000);
    assertThat(timestamp(days, NOW - 90_000_000)).isNull();
    Map<String, String> older = Map.of("message.timestamp.difference.max.ms", "1000");
    assertThat(timestamp(older, NOW - 600)).isNull();
    Map<String, String> any =
        Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    assertThat(timestamp(any, 253_402_300_799_999L)).isEqualTo(253_402_300_799_999L);
    Map<String, String> broker = Map.of("message.timestamp.type", "LogAppendTime");
    assertThat(timestamp(broker, 0L)).isZero();
    assertThat(timestamp(broker, -1L)).as("no producer may set it").isNull();
  }

  private static Long timestamp(Map<String, String> settings, long timestamp) {
    ProducerRecord<byte[], byte[]> record = fit(settings, message(null, new byte[1], timestamp));
    if (record.timestamp() == null) {
      assertThat(header(record, "reject.timestamp")).isEqualTo(Long.toString(timestamp));
    }
    return record.timestamp();
  }

  @Test
  void shortensByWhatTheBrokerStores() {
    Map<String, String> small = Map.of("max.message.bytes", "10000");
    assertThat(fit(small, message(null, new byte[100_000], NOW)).value()).hasSize(100_000);
    assertThat(fit(small, message(null, noise(11_000), NOW)).value()).isNull();
    Map<String, String> zstd = Map.of("max.message.bytes", "10000", "compression.type", "zstd");
    assertThat(fit(zstd, message(null, new byte[100_000], NOW)).value()).isNull();
    Map<String, String> segments = Map.of("segment.bytes", "10000");
    assertThat(fit(segments, message(null, noise(11_000), NOW)).value()).isNull();
    Map<String, String> large = Map.of("max.message.bytes", "2000000000");
    assertThat(
            fit(large, message(null, new byte[KafkaMessages.MAX_UNCOMPRESSED_BYTES], NOW)).value())
        .as("larger than the producer's buffers")
        .isNull();
  }

  @Test
  void aShortMessageKeepsSmallKeysAndSaysHowLargeTheRecordWas() {
    Map<String, String> small = Map.of("max.message.bytes", "5000");
    byte[] key = {3};
    ProducerRecord<byte[], byte[]> record = fit(small, message(key, noise(9_000), -1L));
    assertThat(record.key()).isEqualTo(key);
    assertThat(record.headers().toArray())
        .extracting(Header::key)
        .containsExactly("about", "reject.size", "reject.timestamp");
    assertThat(header(record, "reject.size")).isEqualTo("9010");
    assertThat(fit(small, message(noise(5_000), key, NOW)).key()).isNull();
    assertThat(fit(Map.of("max.message.bytes", "80"), message(key, noise(9_000), NOW))).isNull();
  }

  @Test
  void aCompactedTopicGetsKeys() {
    Map<String, String> compacted =
        Map.of("cleanup.policy", "delete,compact", "max.message.bytes", "5000");
    assertThat(fit(compacted, message(null, new byte[1], NOW)).key()).asString().isEqualTo("t/0/5");
    assertThat(fit(compacted, message(noise(5_000), new byte[1], NOW)).key())
        .asString()
        .isEqualTo("t/0/5");
    assertThat(fit(compacted, message(new byte[0], new byte[1], NOW)).key()).isEmpty();
  }
}
