package io.sluice.delta.storage;

import java.nio.file.Path;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Names of a log as a file system lists them. A listing is no snapshot: it can hold a file that was
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
  static boolean areTorn(List<Path> names) {
    long last = -1;
    long follower = -1;
    for (Path path : names) {
      String name = path.getFileName().toString();
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
  static boolean isBeyond(String name) {
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

  /** Of a name that {@link #isEntry} or {@link #isCheckpoint} knows. */
  public static long version(Path path) {
    return version(path.getFileName().toString());
  }

  /** Whether a prefix of names is a whole version and the dot behind it. */
  static boolean isVersionPrefix(String prefix) {
    return prefix.length() == DIGITS + 1 && kind(prefix + ENTRY).equals(ENTRY);
  }

  /** Of a name or prefix that begins with a version. */
  public static long version(String name) {
    return Long.parseLong(name, 0, DIGITS, 10);
  }

  public static boolean isEntry(Path path) {
    return kind(path.getFileName().toString()).equals(ENTRY);
  }

  public static boolean isCheckpoint(Path path) {
    return kind(path.getFileName().toString()).startsWith(CHECKPOINT);
  }

  static boolean isChecksum(Path path) {
    return kind(path.getFileName().toString()).equals(CHECKSUM);
  }
}
