package io.sluice.connectors.kafka;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.internal.FlinkKafkaInternalProducer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells a transaction that was committed from one that was lost.
 *
 * <p>Every transaction also writes an offset to a consumer group that bears the transactional id.
 * Its metadata lists the transactions committed under that id, this one included ({@link
 * CommittedEpochs}). The broker makes it visible if and only if it makes the messages visible.
 */
final class CommitProof implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long LOOKUP_SECONDS = 30;

  private final String bootstrap;

  CommitProof(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /**
   * Whether the transaction behind a committable is known to be committed.
   *
   * @throws IOException when Kafka does not say within 30 s
   */
  boolean isCommitted(KafkaCommittable committable) throws IOException, InterruptedException {
    return lookUp(committable.getTransactionalId())
        .contains(committable.getProducerId(), committable.getEpoch());
  }

  private CommittedEpochs lookUp(String transactionalId) throws IOException, InterruptedException {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
      return admin
          .listConsumerGroupOffsets(transactionalId)
          .partitionsToOffsetAndMetadata(transactionalId)
          .get(LOOKUP_SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .filter(Objects::nonNull)
          .map(offset -> CommittedEpochs.parse(offset.metadata()))
          .reduce(CommittedEpochs.NONE, CommittedEpochs::union);
    } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
      throw new IOException(
          "cannot look up what was committed under transactional id " + transactionalId, e);
    }
  }

  /** The marks of one writer. */
  Marks newMarks() {
    return new Marks();
  }

  /** Leaves marks in the transactions of one writer; used by its task thread only. */
  final class Marks {
    private final Map<String, CommittedEpochs> byId = new HashMap<>();

    /** Adds the mark to the open transaction behind a committable, which wrote to the topic. */
    void leave(KafkaCommittable committable, String topic)
        throws IOException, InterruptedException {
      String id = committable.getTransactionalId();
      FlinkKafkaInternalProducer<?, ?> producer =
          committable
              .getProducer()
              .orElseThrow(() -> new IllegalStateException("no producer behind " + id));
      CommittedEpochs former = byId.get(id);
      CommittedEpochs marked =
          former == null
              ? lookUp(id).begin(committable.getProducerId(), committable.getEpoch())
              : former.extend(committable.getProducerId(), committable.getEpoch());
      try {
        producer.sendOffsetsToTransaction(
            Map.of(
                new TopicPartition(topic, 0),
                new OffsetAndMetadata(committable.getEpoch(), marked.text())),
            new ConsumerGroupMetadata(id));
      } catch (KafkaException e) {
        throw new IOException("cannot mark transaction " + id + " of topic " + topic, e);
      }
      byId.put(id, marked);
    }
  }
}
