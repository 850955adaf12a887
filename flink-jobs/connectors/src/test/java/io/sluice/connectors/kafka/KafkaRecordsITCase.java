package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.connectors.local.LocalKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class KafkaRecordsITCase {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  /** What the job saw, as {@code partition/offset}, in the order of arrival. */
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  private static final Queue<RowData> ROWS = new ConcurrentLinkedQueue<>();

  /** Records go on when it is open. */
  private static final AtomicReference<CountDownLatch> HOLD =
      new AtomicReference<>(new CountDownLatch(0));

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

  @BeforeEach
  void forget() {
    SEEN.clear();
    ROWS.clear();
  }

  @Test
  void announcesEveryPartitionBeforeItsRecordsAndAgainAfterARestore() throws Exception {
    createTopic("announced", 3);
    produce("announced", 0, 3);
    produce("announced", 2, 2);
    JobClient first = run("announced", null);
    awaitSeen(8);
    assertThat(SEEN).contains("0/0", "0/2", "1/-1", "2/0", "2/1");
    for (int partition : List.of(0, 2)) {
      List<String> ofPartition = seenOf(partition);
      assertThat(ofPartition.get(0)).isEqualTo(partition + "/-1");
    }
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> admin.lag("group.announced", "announced"), lag -> lag.get(2) == 0);
    }
    String savepoint = stop(first);

    SEEN.clear();
    produce("announced", 0, 1);
    JobClient second = run("announced", savepoint);
    awaitSeen(4);
    assertThat(seenOf(0)).containsExactly("0/-1", "0/3");
    assertThat(seenOf(1)).containsExactly("1/-1");
    assertThat(seenOf(2)).containsExactly("2/-1");
    second.cancel().get(60, TimeUnit.SECONDS);
  }

  @Test
  void keepsBytesNullsAndHeaders() throws Exception {
    createTopic("raw", 1);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      List<Header> headers =
          List.of(
              new RecordHeader("b", new byte[] {1}),
              new RecordHeader("a", (byte[]) null),
              new RecordHeader("b", new byte[0]));
      producer
          .send(new ProducerRecord<>("raw", 0, 77L, new byte[] {0, -1}, new byte[] {9}, headers))
          .get();
      producer.send(new ProducerRecord<>("raw", null, null)).get();
    }
    JobClient job = run("raw", null);
    await().atMost(Duration.ofSeconds(60)).until(() -> ROWS.size() == 3);
    job.cancel().get(60, TimeUnit.SECONDS);
    List<RowData> rows = List.copyOf(ROWS);
    assertThat(rows.get(0).getLong(2)).isEqualTo(KafkaRecords.ANNOUNCEMENT_OFFSET);
    RowData full = rows.get(1);
    assertThat(full.getString(0)).hasToString("raw");
    assertThat(full.getTimestamp(3, 3).getMillisecond()).isEqualTo(77L);
    assertThat(full.getBinary(4)).containsExactly(0, -1);
    assertThat(full.getBinary(5)).containsExactly(9);
    assertThat(full.getArray(6).size()).isEqualTo(3);
    assertThat(full.getArray(6).getRow(0, 2).getString(0)).hasToString("b");
    assertThat(full.getArray(6).getRow(1, 2).isNullAt(1)).isTrue();
    assertThat(full.getArray(6).getRow(2, 2).getBinary(1)).isEmpty();
    assertThat(rows.get(2).isNullAt(4)).isTrue();
    assertThat(rows.get(2).isNullAt(5)).isTrue();
    assertThat(rows.get(2).getArray(6).size()).isZero();
  }

  @Test
  void administersTopicsAndReadsLimits() throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      assertThat(admin.createTopicIfAbsent("made", 2, Map.of("retention.ms", "1000000"))).isTrue();
      assertThat(admin.createTopicIfAbsent("made", 5, Map.of())).isFalse();
      assertThat(admin.endOffsets("made")).isEqualTo(Map.of(0, 0L, 1, 0L));
      assertThat(admin.endOffsets("absent")).isEmpty();
      assertThat(admin.lag("nobody", "made")).isEqualTo(Map.of(0, 0L, 1, 0L));
      assertThat(admin.maxTransactionTimeoutMs()).isEqualTo(900_000);
    }
  }

  @Test
  void lagCountsRecordsAndNeitherMarkersNorWhatIsNotCommitted() throws Exception {
    createTopic("waiting", 4);
    produce("waiting", 0, 2);
    transaction("waiting", 1, true);
    transaction("waiting", 2, false);
    produce("waiting", 3, 150);
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap());
        Admin groups = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> admin.lag("group.waiting", "waiting"),
              lag -> lag.equals(Map.of(0, 2L, 1, 2L, 2, 0L, 3, 150L)));
      groups
          .alterConsumerGroupOffsets(
              "group.waiting",
              Map.of(
                  new TopicPartition("waiting", 0), new OffsetAndMetadata(1),
                  new TopicPartition("waiting", 1), new OffsetAndMetadata(2),
                  new TopicPartition("waiting", 3), new OffsetAndMetadata(149)))
          .all()
          .get();
      // Behind the last record of partition 1 stands the marker of its transaction.
      assertThat(admin.endOffsets("waiting")).containsEntry(1, 3L);
      assertThat(admin.lag("group.waiting", "waiting"))
          .isEqualTo(Map.of(0, 1L, 1, 0L, 2, 0L, 3, 1L));
    }
    try (KafkaProducer<byte[], byte[]> open =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap(), "transactional.id", "open"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      open.initTransactions();
      open.beginTransaction();
      open.send(new ProducerRecord<>("waiting", 1, null, new byte[] {1})).get();
      assertThat(admin.lag("group.waiting", "waiting")).containsEntry(1, 0L);
      open.abortTransaction();
    }
  }

  @Test
  void tellsWhetherEveryRecordOfAPartitionWasHandedOut() throws Exception {
    createTopic("reached", 4);
    produce("reached", 0, 3);
    transaction("reached", 1, true);
    transaction("reached", 2, false);
    KafkaPositions positions = new KafkaPositions(kafka.bootstrap(), "reached", "group.reached");
    JobClient job = run(positions, 1, null);
    awaitSeen(4 + 3 + 2);
    // Offsets of markers and of aborted records are passed too, and a partition may be empty.
    awaitReached(positions, Set.of(0, 1, 2, 3));

    CountDownLatch hold = new CountDownLatch(1);
    HOLD.set(hold);
    produce("reached", 0, 1);
    produce("reached", 3, 1);
    IntPredicate reached = positions.ask(0, Set.of(0, 1, 2, 3)).get(20, TimeUnit.SECONDS);
    assertThat(reached.test(1)).isTrue();
    assertThat(reached.test(0) && reached.test(3)).isFalse();
    hold.countDown();
    await().atMost(Duration.ofSeconds(20)).until(() -> reached.test(0) && reached.test(3));

    String savepoint = stop(job);
    SEEN.clear();
    KafkaPositions restored = new KafkaPositions(kafka.bootstrap(), "reached", "group.reached");
    assertThat(restored.ask(0, Set.of(0))).isCompletedExceptionally();
    JobClient second = run(restored, 1, savepoint);
    awaitSeen(4);
    awaitReached(restored, Set.of(0, 1, 2, 3));
    second.cancel().get(60, TimeUnit.SECONDS);
  }

  private static void awaitReached(KafkaPositions positions, Set<Integer> partitions)
      throws Exception {
    IntPredicate reached = positions.ask(0, partitions).get(20, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(20)).until(() -> partitions.stream().allMatch(reached::test));
  }

  private static void transaction(String topic, int partition, boolean commit) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrap(), "transactional.id", topic + partition),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 0; i < 2; i++) {
        producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1})).get();
      }
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  @Test
  void endsForGoodWhenTheTopicWasMadeAgainWhileItStood() throws Exception {
    createTopic("stood", 1);
    String id = topicId("stood");
    produce("stood", 0, 3);
    JobClient first = run("stood", id, null);
    awaitSeen(4);
    String savepoint = stop(first);

    makeAgain("stood");
    produce("stood", 0, 5);
    SEEN.clear();
    assertThatThrownBy(() -> ended(run("stood", id, savepoint)))
        .hasRootCauseInstanceOf(TopicMadeAgainException.class)
        .rootCause()
        .hasMessageContainingAll("topic stood", id, topicId("stood"), "without a savepoint");
    assertThat(SEEN).allMatch(seen -> seen.endsWith("/-1"));
  }

  @Test
  void endsForGoodWhenTheTopicIsMadeAgainWhileItReads() throws Exception {
    createTopic("read", 1);
    produce("read", 0, 3);
    JobClient job = run("read", topicId("read"), null);
    awaitSeen(4);
    makeAgain("read");
    produce("read", 0, 5);
    assertThatThrownBy(() -> ended(job)).hasRootCauseInstanceOf(TopicMadeAgainException.class);
  }

  @Test
  void goesOnBehindRecordsThatExpired() throws Exception {
    createTopic("expired", 1);
    produce("expired", 0, 3);
    String id = topicId("expired");
    JobClient first = run("expired", id, null);
    awaitSeen(4);
    String savepoint = stop(first);

    produce("expired", 0, 5);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      TopicPartition partition = new TopicPartition("expired", 0);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6))).all().get();
    }
    SEEN.clear();
    JobClient second = run("expired", id, savepoint);
    awaitSeen(3);
    assertThat(SEEN).containsExactly("0/-1", "0/6", "0/7");
    second.cancel().get(60, TimeUnit.SECONDS);
  }

  private static void ended(JobClient job) throws Exception {
    job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
  }

  private static String topicId(String topic) throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      return admin.topicId(topic).orElseThrow();
    }
  }

  private static void makeAgain(String topic) throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      admin.deleteTopic(topic);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> admin.createTopicIfAbsent(topic, 1, Map.of()));
    }
  }

  private static String stop(JobClient job) throws Exception {
    return job.stopWithSavepoint(
            false,
            directory.resolve("savepoints").toUri().toString(),
            SavepointFormatType.CANONICAL)
        .get(60, TimeUnit.SECONDS);
  }

  private static JobClient run(String topic, String savepoint) throws Exception {
    return run(topic, topicId(topic), savepoint);
  }

  private static JobClient run(String topic, String id, String savepoint) throws Exception {
    KafkaPositions positions = new KafkaPositions(kafka.bootstrap(), topic, "group." + topic);
    return run(positions, id, 2, savepoint);
  }

  private static JobClient run(KafkaPositions positions, int parallelism, String savepoint)
      throws Exception {
    return run(positions, topicId(positions.topic()), parallelism, savepoint);
  }

  private static JobClient run(
      KafkaPositions positions, String id, int parallelism, String savepoint) throws Exception {
    Configuration configuration = new Configuration();
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.enableCheckpointing(200);
    env.fromSource(
            KafkaRecords.source(positions, id, Duration.ofSeconds(30)),
            WatermarkStrategy.noWatermarks(),
            positions.topic())
        .uid("source")
        .map(
            row -> {
              HOLD.get().await();
              SEEN.add(row.getInt(1) + "/" + row.getLong(2));
              ROWS.add(row);
              return 1;
            })
        .returns(Types.INT)
        .uid("look")
        .sinkTo(new DiscardingSink<>())
        .uid("end");
    return env.executeAsync();
  }

  private static void awaitSeen(int count) {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(SEEN).hasSize(count));
  }

  private static List<String> seenOf(int partition) {
    return SEEN.stream().filter(seen -> seen.startsWith(partition + "/")).toList();
  }

  private static void createTopic(String name, int partitions) throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      admin.createTopicIfAbsent(name, partitions, Map.of());
    }
  }

  private static void produce(String topic, int partition, int count) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {(byte) i})).get();
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrap()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
