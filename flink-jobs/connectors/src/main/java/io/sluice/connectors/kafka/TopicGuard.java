package io.sluice.connectors.kafka;

import java.io.IOException;
import java.time.Duration;

/**
 * Makes sure that a topic is still the one that a source began to read. Kafka's consumer follows a
 * topic's name: when the topic is deleted and made again, it goes on in the new one, at the old
 * offset or at the oldest record, and says nothing.
 */
interface TopicGuard extends AutoCloseable {
  /** For topics that are known by their name only. */
  TopicGuard NONE =
      new TopicGuard() {
        @Override
        public void check() {
          // A name says nothing about which topic bears it.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };

  /**
   * Asks the broker for the topic's id.
   *
   * @throws TopicMadeAgainException if it is another one
   * @throws IOException if there is no such topic, or no answer
   */
  void check() throws IOException, InterruptedException;

  @Override
  void close();

  /** A guard that asks the broker. */
  static TopicGuard of(String bootstrap, String topic, String id) {
    KafkaAdmin admin = new KafkaAdmin(bootstrap, Duration.ofSeconds(5));
    return new TopicGuard() {
      @Override
      public void check() throws IOException, InterruptedException {
        String now =
            admin
                .topicId(topic)
                .orElseThrow(
                    () ->
                        new IOException(
                            "Kafka %s has no topic %s any more".formatted(bootstrap, topic)));
        if (!now.equals(id)) {
          throw new TopicMadeAgainException(topic, id, now);
        }
      }

      @Override
      public void close() {
        admin.close();
      }
    };
  }
}
