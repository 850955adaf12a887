package io.sluice.delta.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of an object a reply has.
 *
 * @param start of its first byte
 * @param total bytes of the object
 */
record S3Range(long start, long total) {

  private static final Pattern FORM = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18})");

  /**
   * @param header {@code Content-Range}; null for a whole object
   * @param length bytes of the reply
   */
  static S3Range of(String header, long length) {
    Matcher parts = FORM.matcher(header == null ? "" : header);
    return parts.matches()
        ? new S3Range(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)))
        : new S3Range(0, length);
  }
}
