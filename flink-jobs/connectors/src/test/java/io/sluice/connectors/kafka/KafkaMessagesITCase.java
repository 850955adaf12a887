package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.connectors.local.LocalKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaMessagesITCase {
  @TempDir static Path directory;
  private static LocalKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka =
        new LocalKafka(
            directory,
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"));
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
  }

  @Test
  void writesBytesAndHeadersAsTheyAreOnceCommitted() throws Exception {
    String topic = topic("bytes");
    byte[] key = {0, -1, 127};
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0)) {
      run.write(message(topic, key, new byte[] {5, 0}));
      run.write(message(topic, null, null));
      Collection<KafkaCommittable> prepared = run.prepare(1);
      assertThat(Records.committed(kafka, topic)).isEmpty();
      run.commit(prepared);
    }
    List<ConsumerRecord<byte[], byte[]>> records = Records.committed(kafka, topic);
    assertThat(records).hasSize(2);
    assertThat(records.get(0).key()).isEqualTo(key);
    assertThat(records.get(0).value()).containsExactly(5, 0);
    assertThat(records.get(0).timestamp()).isEqualTo(1234L);
    assertThat(records.get(0).headers().toArray())
        .extracting(Header::key)
        .containsExactly("b", "a", "b");
    assertThat(records.get(0).headers().toArray()[0].value()).containsExactly(1, 2);
    assertThat(records.get(0).headers().toArray()[1].value()).isNull();
    assertThat(records.get(1).key()).isNull();
    assertThat(records.get(1).value()).isNull();
  }

  @Test
  void commitsAfterAKillWhatACheckpointHolds() throws Exception {
    String topic = topic("recovered");
    List<KafkaCommittable> restored;
    List<byte[]> state;
    MessagesRun<?> killed = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0);
    killed.write(message(topic, "k".getBytes(StandardCharsets.UTF_8), new byte[] {1}));
    restored = killed.throughBytes(killed.prepare(1));
    state = List.copyOf(killed.lastState());
    killed.write(message(topic, null, new byte[] {2}));
    killed.writer().flush(false);

    try (MessagesRun<?> run =
        MessagesRun.restore(sink(topic, Duration.ofSeconds(60)), 1, 1L, state)) {
      assertThat(run.commit(restored)).containsExactly("committed");
      run.write(message(topic, null, new byte[] {3}));
      run.commit(run.prepare(2));
      assertThat(Records.committed(kafka, topic))
          .extracting(record -> record.value()[0])
          .containsExactly((byte) 1, (byte) 3);
    } finally {
      killed.close();
    }
    awaitNoOpenTransaction(topic);
  }

  @Test
  void knowsACommittedTransactionWhoseIdIsInUseAgain() throws Exception {
    String topic = topic("reused");
    MessagesRun<?> killed = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0);
    killed.write(message(topic, null, new byte[] {1}));
    Collection<KafkaCommittable> first = killed.prepare(1);
    List<KafkaCommittable> restored = killed.throughBytes(first);
    List<byte[]> state = List.copyOf(killed.lastState());
    killed.commit(first);
    // Checkpoint 2 takes its snapshot and never completes; the first id is taken again.
    killed.write(message(topic, null, new byte[] {2}));
    Collection<KafkaCommittable> second = killed.prepare(2);
    killed.write(message(topic, null, new byte[] {3}));
    Collection<KafkaCommittable> third = killed.prepare(3);
    assertThat(third.iterator().next().getTransactionalId())
        .isEqualTo(restored.get(0).getTransactionalId())
        .isNotEqualTo(second.iterator().next().getTransactionalId());

    try (MessagesRun<?> run =
        MessagesRun.restore(sink(topic, Duration.ofSeconds(60)), 1, 1L, state)) {
      assertThat(run.commit(restored)).containsExactly("already committed");
      for (byte value = 4; value < 8; value++) {
        run.write(message(topic, null, new byte[] {value}));
        assertThat(run.commit(run.prepare(value))).containsExactly("committed");
      }
      assertThat(Records.committed(kafka, topic))
          .extracting(record -> record.value()[0])
          .containsExactly((byte) 1, (byte) 4, (byte) 5, (byte) 6, (byte) 7);
    } finally {
      killed.close();
    }
    awaitNoOpenTransaction(topic);
  }

  @Test
  void failsWhenTheBrokerAbortedTheTransaction() throws Exception {
    String topic = topic("timedout");
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(2)), 0)) {
      run.write(message(topic, null, new byte[] {1}));
      List<KafkaCommittable> prepared = run.throughBytes(run.prepare(1));
      awaitNoOpenTransaction(topic);
      assertThatThrownBy(() -> run.commit(prepared))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot be committed and was not committed before");
    }
  }

  @Test
  void failsWhenAnotherSinkTookTheTransactionalId() throws Exception {
    String topic = topic("fenced");
    MessagesRun<?> robbed = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0);
    robbed.write(message(topic, null, new byte[] {1}));
    Collection<KafkaCommittable> prepared = robbed.prepare(1);
    try (MessagesRun<?> thief = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 1)) {
      thief.write(message(topic, null, new byte[] {2}));
      thief.commit(thief.prepare(1));
      assertThatThrownBy(() -> robbed.commit(prepared))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another job uses the same transactional id prefix");
    } finally {
      robbed.close();
    }
  }

  @Test
  void sendsWhatIsTooLargeForTheTopicAsAShortMessage() throws Exception {
    String topic = topic("large");
    byte[] key = {1};
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0)) {
      run.write(message(topic, key, new byte[3_000_000]));
      run.write(message(topic, key, noise(1_100_000)));
      run.write(message(topic, noise(1_100_000), new byte[] {1}));
      run.write(message(topic, key, new byte[KafkaMessages.MAX_UNCOMPRESSED_BYTES]));
      run.write(message(topic, key, new byte[] {2}));
      run.commit(run.prepare(1));
    }
    List<ConsumerRecord<byte[], byte[]>> records = Records.committed(kafka, topic);
    assertThat(records).hasSize(5);
    assertThat(records.get(0).value()).as("compresses to some kB").hasSize(3_000_000);
    assertThat(records.get(1).key()).isEqualTo(key);
    assertThat(records.get(1).value()).isNull();
    assertThat(records.get(1).headers().toArray())
        .extracting(Header::key)
        .as("the last header describes, the others are the record's own")
        .containsExactly("b", "reject.size");
    assertThat(textHeaders(records.get(1))).containsEntry("reject.size", "1100006");
    assertThat(records.get(2).key()).as("a large key").isNull();
    assertThat(records.get(2).value()).isNull();
    assertThat(records.get(3).value()).isNull();
    assertThat(records.get(4).value()).containsExactly(2);
  }

  @Test
  void respectsSmallerLimitsOfATopicThatExists() throws Exception {
    String topic = topic("narrow", Map.of("max.message.bytes", "1000"));
    String stored = topic("stored", Map.of("compression.type", "uncompressed"));
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0)) {
      for (int i = 0; i < 100; i++) {
        run.write(message(topic, null, noise(200)));
      }
      run.write(message(topic, null, noise(2_000)));
      run.write(message(stored, null, new byte[2_000_000]));
      run.commit(run.prepare(1));
    }
    List<ConsumerRecord<byte[], byte[]>> records = Records.committed(kafka, topic);
    assertThat(records).hasSize(101);
    assertThat(records.get(99).value()).hasSize(200);
    assertThat(records.get(100).value()).isNull();
    assertThat(Records.committed(kafka, stored).get(0).value())
        .as("the broker takes the compression away and counts then")
        .isNull();
  }

  @Test
  void leavesOutWhatATopicTakesInNoForm() throws Exception {
    String topic = topic("hopeless", Map.of("max.message.bytes", "120"));
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0)) {
      run.write(message(topic, noise(1000), noise(1000)));
      run.commit(run.prepare(1));
    }
    assertThat(Records.committed(kafka, topic)).isEmpty();
  }

  @Test
  void givesTheProducersTimeToTimestampsThatTheTopicRefuses() throws Exception {
    String topic = topic("times", Map.of("message.timestamp.before.max.ms", "86400000"));
    String free =
        topic("free", Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
    long now = System.currentTimeMillis();
    long ahead = now + Duration.ofDays(30).toMillis();
    List<Long> refused = List.of(-1L, Long.MIN_VALUE, 0L, ahead, Long.MAX_VALUE);
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0)) {
      for (long timestamp : refused) {
        run.write(at(timestamp, message(topic, null, new byte[] {1})));
      }
      run.write(at(now - 1000, message(topic, null, new byte[] {2})));
      run.write(at(ahead, message(free, null, new byte[] {3})));
      run.commit(run.prepare(1));
    }
    List<ConsumerRecord<byte[], byte[]>> records = Records.committed(kafka, topic);
    for (int i = 0; i < refused.size(); i++) {
      assertThat(records.get(i).timestamp()).isBetween(now, System.currentTimeMillis());
      assertThat(textHeaders(records.get(i)))
          .containsEntry("reject.timestamp", Long.toString(refused.get(i)));
    }
    assertThat(records.get(5).timestamp()).isEqualTo(now - 1000);
    assertThat(textHeaders(records.get(5))).isEmpty();
    assertThat(Records.committed(kafka, free).get(0).timestamp()).isEqualTo(ahead);
  }

  @Test
  void givesMessagesWithoutAKeyTheirOriginAsKeyOnACompactedTopic() throws Exception {
    String topic = topic("compacted", Map.of("cleanup.policy", "compact,delete"));
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0)) {
      run.write(message(topic, null, new byte[] {1}));
      run.write(message(topic, new byte[0], new byte[] {2}));
      run.commit(run.prepare(1));
    }
    List<ConsumerRecord<byte[], byte[]>> records = Records.committed(kafka, topic);
    assertThat(records.get(0).key()).asString().isEqualTo("source/3/17");
    assertThat(records.get(1).key()).isEmpty();
  }

  @Test
  void readsTheLimitsAgainAfterARefusal() throws Exception {
    String topic = topic("changed");
    MessagesRun<?> refused = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0);
    refused.write(message(topic, null, new byte[] {1}));
    refused.commit(refused.prepare(1));
    change(topic, "max.message.bytes", "1000");
    refused.write(message(topic, null, noise(5_000)));
    assertThatThrownBy(() -> refused.writer().flush(false))
        .hasRootCauseInstanceOf(RecordTooLargeException.class);
    refused.close();

    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 1)) {
      run.write(message(topic, null, noise(5_000)));
      run.write(message(topic, null, new byte[] {2}));
      run.commit(run.prepare(1));
    }
    List<ConsumerRecord<byte[], byte[]>> records = Records.committed(kafka, topic);
    assertThat(records).hasSize(3);
    assertThat(records.get(1).value()).isNull();
    assertThat(records.get(2).value()).containsExactly(2);
  }

  @Test
  void makesADeadLetterTopicThatAllowsWhatItsSourceAllows() throws Exception {
    String source =
        topic(
            "wide",
            Map.of(
                "max.message.bytes", "5000000",
                "message.timestamp.after.max.ms", "9223372036854775807",
                "message.timestamp.before.max.ms", "777"));
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      assertThat(admin.createDeadLetterTopicIfAbsent("wide.dlq", 1, source)).isTrue();
      assertThat(admin.createDeadLetterTopicIfAbsent("wide.dlq", 1, source)).isFalse();
      assertThat(admin.topicSettings("wide.dlq"))
          .containsEntry("max.message.bytes", "5016384")
          .containsEntry("message.timestamp.after.max.ms", "9223372036854775807")
          .containsEntry("message.timestamp.before.max.ms", "777");
      assertThat(admin.createDeadLetterTopicIfAbsent("none.dlq", 1, "none")).isTrue();
    }
  }

  @Test
  void leavesNoThreadThatWouldKeepTheClassesOfAnEndedJob() throws Exception {
    String topic = topic("threads");
    try (MessagesRun<?> run = MessagesRun.start(sink(topic, Duration.ofSeconds(60)), 0)) {
      run.write(message(topic, null, new byte[] {1}));
      assertThat(kafkaThreads()).isNotEmpty();
    }
    assertThat(kafkaThreads()).isEmpty();
  }

  private static List<String> kafkaThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kafka-"))
        .toList();
  }

  private static String topic(String name) throws Exception {
    return topic(name, Map.of());
  }

  private static String topic(String name, Map<String, String> config) throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      admin.createTopicIfAbsent(name, 1, config);
    }
    return name;
  }

  private static void change(String topic, String setting, String value) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      var change = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
          .all()
          .get();
    }
  }

  private static LoudTransactionsSink<?> sink(String topic, Duration timeout) {
    return (LoudTransactionsSink<?>)
        KafkaMessages.exactlyOnceSink(
            kafka.bootstrap(), "test." + topic, timeout, Pattern.compile(".*"), Duration.ZERO);
  }

  private static void awaitNoOpenTransaction(String prefix) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
                return admin.listTransactions().all().get().stream()
                    .filter(t -> t.transactionalId().startsWith("test." + prefix))
                    .noneMatch(
                        t ->
                            t.state() == TransactionState.ONGOING
                                || t.state() == TransactionState.PREPARE_ABORT);
              }
            });
  }

  private static RowData message(String topic, byte[] key, byte[] value) {
    Object[] headers = {
      GenericRowData.of(StringData.fromString("b"), new byte[] {1, 2}),
      GenericRowData.of(StringData.fromString("a"), null),
      GenericRowData.of(StringData.fromString("b"), new byte[0])
    };
    return GenericRowData.of(
        StringData.fromString(topic),
        key,
        value,
        new GenericArrayData(headers),
        TimestampData.fromEpochMillis(1234L),
        StringData.fromString("source/3/17"),
        1);
  }

  private static RowData at(long timestamp, RowData message) {
    ((GenericRowData) message).setField(4, TimestampData.fromEpochMillis(timestamp));
    return message;
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static Map<String, String> textHeaders(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> texts = new TreeMap<>();
    for (Header header : record.headers()) {
      if (header.key().startsWith("reject.")) {
        texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }
}
