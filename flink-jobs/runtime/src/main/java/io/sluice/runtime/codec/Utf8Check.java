package io.sluice.runtime.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells whether bytes are well-formed UTF-8, eight at a time while they are ASCII. */
final class Utf8Check {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8Check() {}

  static boolean isValid(byte[] bytes) {
    int i = 0;
    int length = bytes.length;
    while (i + Long.BYTES <= length && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
      i += Long.BYTES;
    }
    while (i < length) {
      if (bytes[i] >= 0) {
        i++;
        continue;
      }
      int next = endOfSequence(bytes, i);
      if (next < 0) {
        return false;
      }
      i = next;
    }
    return true;
  }

  /** The index behind the sequence of two to four bytes at {@code i}, or -1 if it is malformed. */
  private static int endOfSequence(byte[] bytes, int i) {
    int first = bytes[i] & 0xff;
    if (first < 0xc2 || first > 0xf4) {
      return -1;
    }
    int size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (bytes.length - i < size) {
      return -1;
    }
    // Overlong forms, surrogates and code points above U+10FFFF show in the second byte.
    int second = bytes[i + 1] & 0xff;
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return -1;
    }
    for (int k = 2; k < size; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) {
        return -1;
      }
    }
    return i + size;
  }
}
