package io.sluice.runtime.codec;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.flink.table.data.StringData;

/**
 * One Avro datum in memory, read through Avro's {@link BinaryDecoder}, with every length, count and
 * index checked against what is left of the datum before anything is allocated. So the memory that
 * a datum takes is bounded by its size, whatever its bytes say. Reused from datum to datum.
 */
final class AvroInput {
  /**
   * Elements that take no bytes (nulls, empty records) and that one datum may hold in all: their
   * number is not bounded by the datum's size.
   */
  static final int MAX_ZERO_BYTE_ELEMENTS = 100_000;

  /**
   * Fields of nested records that one datum may leave to defaults in all: a row has a place for
   * each, but the datum no byte.
   */
  static final int MAX_DEFAULTS = 1_000_000;

  /** How deep records, arrays and maps of a recursive writer schema may nest within one datum. */
  static final int MAX_DEPTH = 500;

  private final byte[] scratch = new byte[16];
  private BinaryDecoder decoder;
  private InputStream source;
  private int zeroByteElements;
  private int defaults;
  private int depth;

  void reset(byte[] bytes, int offset, int length) {
    decoder = DecoderFactory.get().binaryDecoder(bytes, offset, length, decoder);
    source = decoder.inputStream();
    zeroByteElements = 0;
    defaults = 0;
    depth = 0;
  }

  /** Bytes that are left. */
  int remaining() throws IOException {
    return source.available();
  }

  boolean readBoolean() throws IOException {
    return decoder.readBoolean();
  }

  int readInt() throws IOException {
    return decoder.readInt();
  }

  long readLong() throws IOException {
    return decoder.readLong();
  }

  float readFloat() throws IOException {
    return decoder.readFloat();
  }

  double readDouble() throws IOException {
    return decoder.readDouble();
  }

  /** The index of a union's branch or an enum's symbol, below {@code size}. */
  int readIndex(int size, String what) throws IOException, CodecException {
    int index = decoder.readInt();
    if (index < 0 || index >= size) {
      throw corrupt("The %s index is %d, but there are %d.".formatted(what, index, size));
    }
    return index;
  }

  /** The length prefix of a string or bytes, not above what is left. */
  int readLength() throws IOException, CodecException {
    long length = decoder.readLong();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw corrupt("A string or bytes value has the length %d.".formatted(length));
    }
    if (length > remaining()) {
      throw new EOFException(
          "a value of %d bytes begins %d bytes before the end".formatted(length, remaining()));
    }
    return (int) length;
  }

  /** The next bytes, in an array of their own. */
  byte[] readFixed(int length) throws IOException {
    require(length);
    byte[] bytes = new byte[length];
    decoder.readFixed(bytes, 0, length);
    return bytes;
  }

  /** Up to 8 bytes as a big-endian two's complement number. */
  long readBigEndian(int length) throws IOException {
    require(length);
    decoder.readFixed(scratch, 0, length);
    long value = scratch[0];
    for (int i = 1; i < length; i++) {
      value = value << 8 | (scratch[i] & 0xff);
    }
    return value;
  }

  /** A string, straight from its UTF-8 bytes. */
  StringData readString() throws IOException, CodecException {
    byte[] utf8 = readFixed(readLength());
    if (!Utf8Check.isValid(utf8)) {
      throw corrupt("A string is not valid UTF-8.");
    }
    return StringData.fromBytes(utf8);
  }

  /**
   * The number of elements in the next block of an array or map, 0 at its end.
   *
   * @param minimumBytes the fewest bytes that an element can take
   */
  int readBlockCount(int minimumBytes) throws IOException, CodecException {
    long count = decoder.readLong();
    if (count < 0) {
      decoder.readLong(); // The block's size in bytes: of use only to those who skip it.
      count = -count;
    }
    if (count < 0) {
      throw corrupt("A block of an array or map has the count %d.".formatted(count));
    }
    if (minimumBytes == 0) {
      spendZeroByteElements(count);
    } else if (count > remaining() / minimumBytes) {
      throw new EOFException(
          "a block of %d elements of at least %d bytes each begins %d bytes before the end"
              .formatted(count, minimumBytes, remaining()));
    }
    return (int) count;
  }

  private void spendZeroByteElements(long count) throws CodecException {
    if (count > MAX_ZERO_BYTE_ELEMENTS - zeroByteElements) {
      throw corrupt(
          "The record claims more than %d array elements without any bytes."
              .formatted(MAX_ZERO_BYTE_ELEMENTS));
    }
    zeroByteElements += (int) count;
  }

  /**
   * Passes over the next block of an array or map if it says how long it is.
   *
   * @return the number of elements still to be skipped one by one, 0 for none, -1 at the end
   */
  long skipBlock(int minimumBytes) throws IOException, CodecException {
    long count = decoder.readLong();
    if (count == 0) {
      return -1;
    }
    if (count < 0) {
      skip(decoder.readLong());
      return 0;
    }
    if (minimumBytes == 0) {
      return 0;
    }
    if (count > remaining() / minimumBytes) {
      throw new EOFException(
          "a block of %d elements of at least %d bytes each begins %d bytes before the end"
              .formatted(count, minimumBytes, remaining()));
    }
    return count;
  }

  void skip(long length) throws IOException, CodecException {
    if (length < 0) {
      throw corrupt("A block or value has the length %d.".formatted(length));
    }
    if (length > remaining()) {
      throw new EOFException(
          "a value of %d bytes begins %d bytes before the end".formatted(length, remaining()));
    }
    decoder.skipFixed((int) length);
  }

  void spendDefaults(int count) throws CodecException {
    defaults += count;
    if (defaults > MAX_DEFAULTS) {
      throw corrupt(
          "Nested records leave more than %,d fields to defaults.".formatted(MAX_DEFAULTS));
    }
  }

  void enter() throws CodecException {
    if (++depth > MAX_DEPTH) {
      throw corrupt("Records, arrays and maps nest more than %d deep.".formatted(MAX_DEPTH));
    }
  }

  void leave() {
    depth--;
  }

  private void require(int length) throws IOException {
    if (length > remaining()) {
      throw new EOFException(
          "a value of %d bytes begins %d bytes before the end".formatted(length, remaining()));
    }
  }

  static CodecException corrupt(String message) {
    return new CodecException(DecodeRule.CORRUPT, message);
  }
}
