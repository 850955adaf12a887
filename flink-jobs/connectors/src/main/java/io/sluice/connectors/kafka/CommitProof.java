package io.sluice.connectors.kafka;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
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
 * <p>Every transaction also writes an offset to a consumer group that bears the transactional id;
 * its metadata holds the producer id and epoch. The broker makes it visible if and only if it makes
 * the messages visible. A transactional id is used again only after its former transaction is
 * finished, so a mark with the same producer id and the same or a later epoch proves the commit.
 */
class CommitProof implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long LOOKUP_SECONDS = 30;

  private final String bootstrap;

  CommitProof(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /** Adds the mark to the open transaction behind a committable. */
  void leave(KafkaCommittable committable, String topic) throws IOException {
    FlinkKafkaInternalProducer<?, ?> producer =
        committable
            .getProducer()
            .orElseThrow(() -> new IllegalStateException("no producer behind " + id(committable)));
    Mark mark = new Mark(committable.getProducerId(), committable.getEpoch());
    try {
      producer.sendOffsetsToTransaction(
          Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(mark.epoch(), mark.text())),
          new ConsumerGroupMetadata(committable.getTransactionalId()));
    } catch (KafkaException e) {
      throw new IOException("cannot mark transaction " + id(committable) + " of topic " + topic, e);
    }
  }

  /**
   * Whether the transaction behind a committable is known to be committed.
   *
   * @throws IOException when Kafka does not say within 30 s
   */
  boolean isCommitted(KafkaCommittable committable) throws IOException, InterruptedException {
    String group = committable.getTransactionalId();
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata(group)
          .get(LOOKUP_SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .filter(offset -> offset != null)
          .map(offset -> Mark.parse(offset.metadata()))
          .anyMatch(mark -> mark.covers(committable.getProducerId(), committable.getEpoch()));
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("cannot look up the mark of transaction " + id(committable), e);
    }
  }

  private static String id(KafkaCommittable committable) {
    return committable.getTransactionalId();
  }

  /** Producer id and epoch of a transaction. */
  record Mark(long producerId, short epoch) {
    String text() {
      return producerId + ":" + epoch;
    }

    static Mark parse(String text) {
      String[] parts = text.split(":", 2);
      if (parts.length != 2) {
        return new Mark(-1, (short) -1);
      }
      return new Mark(Long.parseLong(parts[0]), Short.parseShort(parts[1]));
    }

    boolean covers(long otherProducerId, short otherEpoch) {
      return producerId == otherProducerId && epoch >= otherEpoch;
    }
  }
}
