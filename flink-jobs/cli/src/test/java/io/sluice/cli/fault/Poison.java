package io.sluice.cli.fault;

import java.util.List;
import org.apache.avro.generic.GenericRecord;

/**
 * A record for the poisoned pipeline, good or bad, and what must become of it.
 *
 * @param timestamp Kafka's, which may be -1; null for the producer's clock
 * @param parcel what the bytes say; null if they say nothing
 * @param fate {@link #SILVER}, {@link #DUPLICATE}, or the rule that rejects it
 * @param refused what views and their stores reject because of it
 */
record Poison(
    byte[] key,
    byte[] value,
    Long timestamp,
    GenericRecord parcel,
    String fate,
    List<Refusal> refused) {

  static final String SILVER = "silver";
  static final String DUPLICATE = "duplicate";

  /** A row of the table {@code rejected/<view>}. */
  record Refusal(String view, String rule) {}

  boolean isRejected() {
    return !fate.equals(SILVER) && !fate.equals(DUPLICATE);
  }

  boolean isRefused(String view, String rule) {
    return refused.contains(new Refusal(view, rule));
  }

  /** A copy with a Kafka timestamp. */
  Poison at(long kafkaTimestamp) {
    return new Poison(key, value, kafkaTimestamp, parcel, fate, refused);
  }
}
