package io.sluice.runtime.codec;

/**
 * Why a record could not be decoded. The id is what a reject carries in its {@code rule} column.
 */
public enum DecodeRule {
  /** The Kafka record has no value (a tombstone). */
  NULL_VALUE("null_value"),
  /** The value has no bytes. */
  EMPTY_VALUE("empty_value"),
  /** The value does not begin with the magic byte 0 of the Confluent format. */
  WRONG_MAGIC("wrong_magic"),
  /** The bytes end before the header or the record does. */
  TRUNCATED("truncated"),
  /** The schema registry does not know the schema id, or not under a subject of the topic. */
  UNKNOWN_SCHEMA_ID("unknown_schema_id"),
  /** The bytes are no record of the writer's schema, or hold a value that its column cannot. */
  CORRUPT("corrupt"),
  /**
   * A time that its column cannot hold; the field stands behind it, as in {@code range:event_ts}.
   */
  RANGE("range"),
  /** The writer's schema, or the branch that this record uses, cannot become the reader's. */
  INCOMPATIBLE_SCHEMA("incompatible_schema");

  private final String id;

  DecodeRule(String id) {
    this.id = id;
  }

  /** The name that rejects, headers and the ledger use. */
  public String id() {
    return id;
  }

  @Override
  public String toString() {
    return id;
  }
}
