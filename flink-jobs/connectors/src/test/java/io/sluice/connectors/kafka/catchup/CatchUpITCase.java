package io.sluice.connectors.kafka.catchup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.connectors.kafka.KafkaAdmin;
import io.sluice.connectors.kafka.KafkaPositions;
import io.sluice.connectors.kafka.KafkaRecords;
import io.sluice.connectors.local.LocalKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How often a job commits that is behind: with a real broker and Flink's own coordinator. */
class CatchUpITCase {
  private static final int RECORDS = 80_000;

  @RegisterExtension static final MiniClusterExtension FLINK = new MiniClusterExtension();

  /** How many records each completed checkpoint has. */
  private static final Queue<Long> COMPLETED = new ConcurrentLinkedQueue<>();

  private static final AtomicLong READ = new AtomicLong();

  @TempDir Path directory;

  @Test
  @Tag("faults")
  void commitsRarelyWhileItIsBehindAndOftenAgainWhenItHasCaughtUp() throws Exception {
    try (LocalKafka kafka = new LocalKafka(directory)) {
      fill(kafka.bootstrap());
      JobClient job = run(kafka.bootstrap());
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> COMPLETED.stream().filter(records -> records == RECORDS).count() > 3);
      job.cancel().get(60, TimeUnit.SECONDS);
    }
    // Flink was told when a second's work was left; with another hour to wait nothing of it would
    // have been committed. Before it was told, checkpoints were due five times a second.
    assertThat(List.copyOf(COMPLETED)).noneMatch(records -> records > 20_000 && records < 60_000);
  }

  @Test
  void stopsWithASavepointWhileItIsBehind() throws Exception {
    try (LocalKafka kafka = new LocalKafka(directory)) {
      fill(kafka.bootstrap());
      JobClient job = run(kafka.bootstrap());
      await().atMost(Duration.ofSeconds(60)).until(() -> READ.get() > 25_000);
      String savepoint =
          job.stopWithSavepoint(
                  false,
                  directory.resolve("savepoints").toUri().toString(),
                  SavepointFormatType.CANONICAL)
              .get(30, TimeUnit.SECONDS);
      assertThat(savepoint).contains("savepoint-");
      assertThat(READ.get()).as("it was behind").isLessThan(60_000);
    }
  }

  @BeforeEach
  void forget() {
    COMPLETED.clear();
    READ.set(0);
  }

  private static void fill(String bootstrap) throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(bootstrap);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      admin.createTopicIfAbsent("behind", 1, Map.of());
      for (int i = 0; i < RECORDS; i++) {
        producer.send(new ProducerRecord<>("behind", new byte[] {1}));
      }
    }
  }

  private static JobClient run(String bootstrap) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG, Duration.ofHours(1));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    env.fromSource(
            KafkaRecords.source(
                new KafkaPositions(bootstrap, "behind", "group"), "", Duration.ofSeconds(30)),
            WatermarkStrategy.noWatermarks(),
            "behind")
        .map(new SlowCount())
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
    return env.executeAsync();
  }

  /** Some six thousand records a second, of eighty thousand. */
  private static final class SlowCount
      implements MapFunction<RowData, Long>, CheckpointedFunction, CheckpointListener {
    private static final long serialVersionUID = 1L;

    private final Map<Long, Long> counts = new ConcurrentHashMap<>();
    private long count;

    @Override
    public Long map(RowData row) {
      if (row.getLong(2) != KafkaRecords.ANNOUNCEMENT_OFFSET) {
        LockSupport.parkNanos(100_000);
        count++;
        READ.lazySet(count);
      }
      return count;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
      counts.put(context.getCheckpointId(), count);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
      // The job is not restored.
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      COMPLETED.add(counts.get(checkpointId));
    }
  }
}
