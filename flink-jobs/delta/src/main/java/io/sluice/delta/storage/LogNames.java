package io.sluice.delta.storage;

import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Names of a log as a storage lists them. A listing is no snapshot: it can hold a file that was
 * made while it went on and miss one that was made before. What follows a version is made after it,
 * so a torn listing shows.
 */
@Internal
public final class LogNames {

  /** A log that looks torn so many times is damaged, which its reader will say. */
  static final int LISTINGS = 20;

  private static final int DIGITS = 20;

  /** No version is 2^63 or more, and no writer comes near. */
  private static final String BEYOND = Long.toString(Long.MAX_VALUE);

  private static final String CHECKSUM = "crc";
  private static final String ENTRY = "json";
  private static final String CHECKPOINT = "checkpoint.";

  private LogNames() {}

  /**
   * Whether a version between two others is missing, or the last one of which a checksum or
   * checkpoint is there.
   *
   * @param names sorted
   */
  static boolean areTorn(List<String> names) {
    long last = -1;
    long follower = -1;
    for (String path : names) {
      String name = last(path);
      String kind = kind(name);
      if (kind.equals(CHECKSUM) || kind.startsWith(CHECKPOINT)) {
        follower = version(name);
      } else if (kind.equals(ENTRY)) {
        long version = version(name);
        if (last >= 0 && version != last + 1) {
          return true;
        }
        last = version;
      }
    }
    return last >= 0 && follower > last;
  }

  /** What follows the version; empty for a name that has none. A log has very many names. */
  private static String kind(String name) {
    if (name.length() <= DIGITS + 1 || name.charAt(DIGITS) != '.') {
      return "";
    }
    for (int i = 0; i < DIGITS; i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return "";
      }
    }
    if (isBeyond(name)) {
      return "";
    }
    return name.substring(DIGITS + 1);
  }

  /** Whether a name begins with a number that no version is: 2^63 - 1 or more. */
  static boolean isBeyond(String path) {
    String name = last(path);
    int first = 0;
    while (first < name.length() && name.charAt(first) == '0') {
      first++;
    }
    int end = first;
    while (end < name.length() && name.charAt(end) >= '0' && name.charAt(end) <= '9') {
      end++;
    }
    int digits = end - first;
    return digits > BEYOND.length()
        || digits == BEYOND.length() && name.substring(first, end).compareTo(BEYOND) >= 0;
  }

  /** Whether a prefix of names is a whole version and the dot behind it. */
  static boolean isVersionPrefix(String prefix) {
    return prefix.length() == DIGITS + 1 && kind(prefix + ENTRY).equals(ENTRY);
  }

  /** Of a name or prefix that begins with a version, with or without the log's folder. */
  public static long version(String name) {
    return Long.parseLong(last(name), 0, DIGITS, 10);
  }

  public static boolean isEntry(String name) {
    return kind(last(name)).equals(ENTRY);
  }

  public static boolean isCheckpoint(String name) {
    return kind(last(name)).startsWith(CHECKPOINT);
  }

  static boolean isChecksum(String name) {
    return kind(last(name)).equals(CHECKSUM);
  }

  /** A name without the folder in front. */
  public static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The log entry of a version. */
  public static String entry(long version) {
    return inLog("%020d.json".formatted(version));
  }

  /** The log checkpoint of a version that is one file. */
  public static String checkpoint(long version) {
    return inLog("%020d.checkpoint.parquet".formatted(version));
  }

  /** The checksum of a version. */
  public static String checksum(long version) {
    return inLog("%020d.crc".formatted(version));
  }

  /** A file of the log. */
  public static String inLog(String name) {
    return TableStorage.LOG + "/" + name;
  }
}
