package io.sluice.connectors.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which topics refused a message for its content, so that the same message is not sent in
 * the same form for ever. A refusal costs the transaction, and the job restarts. After it the
 * limits of the topic are read again. If they are the same as before, the topic gets shorter
 * messages from then on, and none if it refuses these as well.
 *
 * <p>The memory is that of the process. A new process learns again, with one restart per step.
 * Producers create the class by its name; it has no state of its own.
 */
public final class Refusals implements ProducerInterceptor<byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final Map<String, Experience> BY_TOPIC = new ConcurrentHashMap<>();

  private String bootstrap;

  /** How much of a message a topic gets. */
  enum Form {
    /** As it came, when it fits. */
    WHOLE,
    /** Headers that say where the bytes are. */
    SHORT,
    NONE;

    private Form next() {
      return this == WHOLE ? SHORT : NONE;
    }
  }

  private record Experience(TopicLimits limits, Form form, boolean refused) {}

  /** The form for messages to a topic; asked once per attempt of a task, with limits just read. */
  static Form begin(String bootstrap, String topic, TopicLimits limits) {
    return BY_TOPIC
        .compute(
            name(bootstrap, topic),
            (name, former) -> {
              if (former == null) {
                return new Experience(limits, Form.WHOLE, false);
              }
              boolean inVain = former.refused() && former.limits().equals(limits);
              return new Experience(limits, inVain ? former.form().next() : former.form(), false);
            })
        .form();
  }

  private static String name(String bootstrap, String topic) {
    return bootstrap + "/" + topic;
  }

  /** Whether the broker refused what is inside a message, so that sending it again is in vain. */
  private static boolean isForContent(Exception failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof RecordBatchTooLargeException
        || failure instanceof InvalidTimestampException
        || failure instanceof InvalidRecordException;
  }

  @Override
  public void configure(Map<String, ?> configs) {
    bootstrap = String.valueOf(configs.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
  }

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> message) {
    return message;
  }

  @Override
  public void onAcknowledgement(RecordMetadata metadata, Exception failure) {
    if (metadata == null || !isForContent(failure)) {
      return;
    }
    BY_TOPIC.computeIfPresent(
        name(bootstrap, metadata.topic()),
        (name, former) -> {
          if (!former.refused()) {
            LOG.warn(
                "Topic {} refused a message for its content ({}). The job restarts, reads the topic's limits again and sends less if they are the same.",
                metadata.topic(),
                failure.getMessage());
          }
          return new Experience(former.limits(), former.form(), true);
        });
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
