package io.sluice.runtime.codec;

/**
 * The five bytes in front of every Confluent-framed value: the magic byte 0 and the id of the
 * writer's schema as a big-endian int.
 */
public final class ConfluentHeader {
  /** Length of the header; the Avro datum begins here. */
  public static final int LENGTH = 5;

  private static final byte MAGIC = 0;

  private ConfluentHeader() {}

  /**
   * The schema id of a value.
   *
   * @param value the Kafka record's value, null for a tombstone
   * @throws CodecException with rule null_value, empty_value, wrong_magic or truncated
   */
  public static int schemaId(byte[] value) throws CodecException {
    if (value == null) {
      throw new CodecException(DecodeRule.NULL_VALUE, "The record has no value (a tombstone).");
    }
    if (value.length == 0) {
      throw new CodecException(DecodeRule.EMPTY_VALUE, "The record's value has no bytes.");
    }
    if (value[0] != MAGIC) {
      throw new CodecException(
          DecodeRule.WRONG_MAGIC,
          "The value begins with byte 0x%02x; Confluent-framed Avro begins with 0x00."
              .formatted(value[0] & 0xff));
    }
    if (value.length < LENGTH) {
      throw new CodecException(
          DecodeRule.TRUNCATED,
          "The value ends after %d byte%s, within the header of %d bytes."
              .formatted(value.length, value.length == 1 ? "" : "s", LENGTH));
    }
    return bigEndianInt(value);
  }

  /** The schema id of a value, or null when it has no whole header. */
  public static Integer schemaIdOrNull(byte[] value) {
    if (value == null || value.length < LENGTH || value[0] != MAGIC) {
      return null;
    }
    return bigEndianInt(value);
  }

  private static int bigEndianInt(byte[] value) {
    return (value[1] & 0xff) << 24
        | (value[2] & 0xff) << 16
        | (value[3] & 0xff) << 8
        | (value[4] & 0xff);
  }
}
