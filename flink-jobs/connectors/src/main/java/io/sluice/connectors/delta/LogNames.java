package io.sluice.connectors.delta;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a log as a file system lists them. A listing is no snapshot: it can hold a file that was
 * made while it went on and miss one that was made before. What follows a version is made after it,
 * so a torn listing shows.
 */
final class LogNames {

  /** A log that looks torn so many times is damaged, which its reader will say. */
  static final int LISTINGS = 20;

  private static final Pattern NAME = Pattern.compile("(\\d{20})\\.(json|crc|checkpoint\\..*)");

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
    for (Path name : names) {
      Matcher matcher = NAME.matcher(name.getFileName().toString());
      if (!matcher.matches()) {
        continue;
      }
      long version = Long.parseLong(matcher.group(1));
      if (!matcher.group(2).equals("json")) {
        follower = version;
      } else if (last >= 0 && version != last + 1) {
        return true;
      } else {
        last = version;
      }
    }
    return last >= 0 && follower > last;
  }
}
