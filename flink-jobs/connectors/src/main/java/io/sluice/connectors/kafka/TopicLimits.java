package io.sluice.connectors.kafka;

import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a topic allows of one message.
 *
 * @param batchBytes largest batch of records, in bytes as the broker stores it
 * @param keepsCompression whether the broker stores batches as the producer compressed them
 * @param needsKey whether a message without a key is refused: the topic is compacted
 * @param behindMillis how far behind the broker's clock a timestamp may be
 * @param aheadMillis how far ahead of the broker's clock a timestamp may be
 */
record TopicLimits(
    long batchBytes,
    boolean keepsCompression,
    boolean needsKey,
    long behindMillis,
    long aheadMillis) {

  /** The setting of brokers before 3.6 for both directions. */
  static final String TIMESTAMP_DIFFERENCE = "message.timestamp.difference.max.ms";

  /** Defaults of Kafka's documentation, the smaller one where versions differ. */
  private static final String DEFAULT_BATCH_BYTES = "1048588";

  private static final String DEFAULT_AHEAD_MILLIS = "3600000";
  private static final String NO_LIMIT = Long.toString(Long.MAX_VALUE);

  /**
   * Asks the broker. A topic that may not be described is taken to have Kafka's defaults.
   *
   * @throws IOException if the broker does not answer
   */
  static TopicLimits read(String bootstrap, String topic) throws IOException, InterruptedException {
    try (KafkaAdmin admin = new KafkaAdmin(bootstrap)) {
      return of(admin.topicSettings(topic));
    }
  }

  /**
   * @param settings names of topic settings to values; those that are missing have their defaults
   */
  static TopicLimits of(Map<String, String> settings) {
    long difference = Long.parseLong(settings.getOrDefault(TIMESTAMP_DIFFERENCE, NO_LIMIT));
    String compression = settings.getOrDefault(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
    boolean brokerTime =
        "LogAppendTime".equals(settings.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG));
    return new TopicLimits(
        // A batch has to fit into one segment of the log too.
        Math.min(
            number(settings, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, DEFAULT_BATCH_BYTES),
            number(settings, TopicConfig.SEGMENT_BYTES_CONFIG, NO_LIMIT)),
        compression.equals("producer") || compression.equals(KafkaMessages.COMPRESSION),
        settings
            .getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "")
            .contains(TopicConfig.CLEANUP_POLICY_COMPACT),
        brokerTime
            ? Long.MAX_VALUE
            : Math.min(
                difference,
                number(settings, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, NO_LIMIT)),
        brokerTime
            ? Long.MAX_VALUE
            : Math.min(
                difference,
                number(
                    settings,
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    DEFAULT_AHEAD_MILLIS)));
  }

  private static long number(Map<String, String> settings, String name, String otherwise) {
    return Long.parseLong(settings.getOrDefault(name, otherwise));
  }

  /**
   * Whether the broker takes a timestamp. The limits are kept with a distance: clocks differ, and a
   * message is under way for a while.
   *
   * @param timestamp epoch milliseconds; a negative one stands for "none" in Kafka
   * @param now this machine's clock, in epoch milliseconds
   */
  boolean takesTimestamp(long timestamp, long now) {
    return timestamp >= 0
        && timestamp - now <= withDistance(aheadMillis)
        && now - timestamp <= withDistance(behindMillis);
  }

  private static long withDistance(long allowed) {
    long fiveMinutes = 300_000L;
    return allowed - Math.min(fiveMinutes, allowed / 2);
  }
}
