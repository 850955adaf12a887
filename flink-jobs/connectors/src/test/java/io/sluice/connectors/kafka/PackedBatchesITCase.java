package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.connectors.local.LocalKafka;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a producer packs, and who unpacks it. */
class PackedBatchesITCase {
  private static final int LARGE = 20 << 20;

  @TempDir static Path directory;
  private static LocalKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = new LocalKafka(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
  }

  private static void send(String topic, String codec, int bytes) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrap(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                codec,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                2 * LARGE),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, 0, null, new byte[bytes])).get();
    }
  }

  @Test
  void aTopicForStrangersTakesNothingThatUnpacksToMoreThanAMessageMayBe() throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      admin.createTopicIfAbsent("others", 1, Map.of());
      assertThat(admin.packedBytes("others")).isEqualTo(OptionalLong.of(1_048_588));
      admin.createTopicIfAbsent("strangers", 1, KafkaAdmin.FOR_STRANGERS);
      assertThat(admin.packedBytes("strangers")).isEmpty();
      assertThat(admin.packedBytes("absent")).isEmpty();

      for (String codec : new String[] {"gzip", "zstd", "lz4", "snappy"}) {
        assertThatThrownBy(() -> send("strangers", codec, LARGE))
            .hasCauseInstanceOf(RecordTooLargeException.class);
        send("strangers", codec, 1_000_000);
      }
      // Twenty megabytes of a few kilobytes: what the settings are for.
      send("others", "gzip", LARGE);
      assertThat(admin.endOffsets("strangers")).isEqualTo(Map.of(0, 4L));
      assertThat(admin.endOffsets("others")).isEqualTo(Map.of(0, 1L));
    }
  }
}
