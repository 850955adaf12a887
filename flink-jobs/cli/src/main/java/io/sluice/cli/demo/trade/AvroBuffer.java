package io.sluice.cli.demo.trade;

import java.util.Arrays;

/**
 * Writes Avro's binary encoding into a buffer that is used again for the next record: the generator
 * must not be slower than the job that it feeds.
 */
final class AvroBuffer {
  private byte[] bytes = new byte[512];
  private int size;

  void reset() {
    size = 0;
  }

  int size() {
    return size;
  }

  void writeByte(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** Four bytes, the highest first, as in the header of the Confluent format. */
  void writeBigEndianInt(int value) {
    writeByte(value >>> 24);
    writeByte(value >>> 16);
    writeByte(value >>> 8);
    writeByte(value);
  }

  /** An Avro int or long: zigzag, seven bits a byte, the lowest first. */
  void writeLong(long value) {
    room(10);
    long left = (value << 1) ^ (value >> 63);
    while ((left & ~0x7FL) != 0) {
      bytes[size++] = (byte) (left & 0x7F | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  /** Avro string or bytes: length, then content. */
  void writeBytes(byte[] content) {
    writeLong(content.length);
    room(content.length);
    System.arraycopy(content, 0, bytes, size, content.length);
    size += content.length;
  }

  /** An Avro decimal on bytes: the unscaled value in the fewest two's complement bytes. */
  void writeDecimal(long unscaled) {
    int bits = 65 - Long.numberOfLeadingZeros(unscaled < 0 ? ~unscaled : unscaled);
    int length = (bits + 7) / 8;
    writeLong(length);
    room(length);
    for (int shift = (length - 1) * 8; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (unscaled >> shift);
    }
  }

  byte[] copy(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
