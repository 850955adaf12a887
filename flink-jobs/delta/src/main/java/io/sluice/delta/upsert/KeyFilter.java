package io.sluice.delta.upsert;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Tells of most keys that a data file does not hold them: a Bloom filter of 32 bits a key. It says
 * "maybe" of two in a million that the file lacks, so that a file is hardly ever read in vain.
 */
final class KeyFilter {

  private static final int BITS_PER_KEY = 32;
  private static final int PROBES = 10;

  /** Odd constants that spread bits, of MurmurHash3's finaliser. */
  private static final long MIX_1 = 0xff51afd7ed558ccdL;

  private static final long MIX_2 = 0xc4ceb9fe1a85ec53L;

  private final long[] words;

  /**
   * @param keys how many there will be
   */
  KeyFilter(long keys) {
    words = new long[Math.toIntExact(Math.max(1, keys * BITS_PER_KEY / Long.SIZE))];
  }

  /** What a filter of so many keys takes. */
  static long bytes(long keys) {
    return keys * BITS_PER_KEY / Byte.SIZE;
  }

  long bytes() {
    return (long) words.length * Long.BYTES;
  }

  /**
   * @param hash of a key, see {@link #hash}
   */
  void add(long hash) {
    long next = hash;
    for (int i = 0; i < PROBES; i++) {
      words[word(next)] |= 1L << next;
      next = next(next);
    }
  }

  boolean mayHold(long hash) {
    long next = hash;
    for (int i = 0; i < PROBES; i++) {
      if ((words[word(next)] & 1L << next) == 0) {
        return false;
      }
      next = next(next);
    }
    return true;
  }

  /** By the upper bits; the lowest six say which bit of the word. */
  private int word(long hash) {
    return (int) Math.multiplyHigh(hash >>> 1, (long) words.length << 1);
  }

  private static long next(long hash) {
    return mix(hash + 0x9e3779b97f4a7c15L);
  }

  /**
   * A hash of all 64 bits: with millions of keys, those of 32 would meet.
   *
   * @param key see {@link PlainKeys}
   */
  static long hash(List<Object> key) {
    long hash = key.size();
    for (Object value : key) {
      hash = mix(hash * 31 + ofValue(value));
    }
    return hash;
  }

  private static long ofValue(Object value) {
    if (value instanceof Long number) {
      return mix(number);
    }
    if (value instanceof ByteBuffer bytes) {
      long hash = bytes.remaining();
      for (int i = bytes.position(); i < bytes.limit(); i++) {
        hash = hash * MIX_2 + bytes.get(i);
      }
      return mix(hash);
    }
    String text = value.toString();
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = hash * MIX_2 + text.charAt(i);
    }
    return mix(hash);
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 33) * MIX_1;
    mixed = (mixed ^ mixed >>> 33) * MIX_2;
    return mixed ^ mixed >>> 33;
  }
}
