package io.sluice.connectors.kafka;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * How far one reader has come in its partitions. Records are handed out in the thread of the task;
 * its consumer polls in another.
 */
final class ReaderPositions implements AutoCloseable {
  static final long NO_RECORD = -1;

  private static final int REQUEST_TIMEOUT_MILLIS = 5_000;
  private static final int TIMEOUT_MILLIS = 10_000;

  /** How far the consumer has come, and the last record before that. */
  private record Polled(long lastRecord, long position) {}

  private final String bootstrap;
  private final String topic;
  private final Map<Integer, Polled> polled = new ConcurrentHashMap<>();
  private long[] handedOut = {};
  private Admin admin;

  ReaderPositions(String bootstrap, String topic) {
    this.bootstrap = bootstrap;
    this.topic = topic;
  }

  /**
   * A partition was assigned.
   *
   * @param offset where reading begins; negative if the broker decides
   */
  void assigned(int partition, long offset) {
    polled.put(partition, new Polled(NO_RECORD, Math.max(0, offset)));
    if (partition >= handedOut.length) {
      int known = handedOut.length;
      handedOut = Arrays.copyOf(handedOut, partition + 1);
      Arrays.fill(handedOut, known, handedOut.length, NO_RECORD);
    }
    handedOut[partition] = NO_RECORD;
  }

  /**
   * The consumer has polled.
   *
   * @param lastRecord of the partition in this poll, or {@link #NO_RECORD}
   * @param position where it polls next
   */
  void polled(int partition, long lastRecord, long position) {
    polled.merge(
        partition,
        new Polled(lastRecord, position),
        (before, now) -> new Polled(Math.max(before.lastRecord, now.lastRecord), now.position));
  }

  /** A record was handed to the task. */
  void handedOut(int partition, long offset) {
    handedOut[partition] = offset;
  }

  /**
   * Asks the broker whether these partitions have records that this reader has not handed out;
   * {@link KafkaPositions#ask} finds the reader.
   */
  CompletableFuture<IntPredicate> ask(Set<Integer> partitions) {
    Admin client;
    try {
      client = admin();
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> starts =
        offsets(client, partitions, OffsetSpec.earliest());
    return offsets(client, partitions, OffsetSpec.latest())
        .thenCombine(starts, (ends, begins) -> partition -> reached(partition, begins, ends));
  }

  private CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
      Admin client, Set<Integer> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions.forEach(partition -> specs.put(new TopicPartition(topic, partition), spec));
    return client
        .listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .toCompletionStage()
        .toCompletableFuture();
  }

  private boolean reached(
      int partition,
      Map<TopicPartition, ListOffsetsResultInfo> begins,
      Map<TopicPartition, ListOffsetsResultInfo> ends) {
    TopicPartition key = new TopicPartition(topic, partition);
    // Records before the beginning have been deleted; nobody gets them.
    return Math.max(position(partition), begins.get(key).offset()) >= ends.get(key).offset();
  }

  /** Everything before this offset was handed out. */
  private long position(int partition) {
    Polled last = polled.get(partition);
    if (last == null) {
      return 0;
    }
    long offset = handedOut[partition];
    return offset >= last.lastRecord ? last.position : offset + 1;
  }

  /** Made when it is needed first: a pipeline whose partitions all have records never asks. */
  private Admin admin() {
    if (admin == null) {
      admin =
          Admin.create(
              Map.of(
                  AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                  AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS,
                  AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS));
    }
    return admin;
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }
}
