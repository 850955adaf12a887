package io.sluice.delta.live;

import io.sluice.delta.log.LiveFile;

/**
 * Who wrote a file: an incarnation of a sink, at one of its checkpoints. Its text is the value of
 * {@link LiveFile#ORIGIN_TAG}.
 *
 * @param incarnation of the sink
 * @param checkpoint not negative
 */
record Origin(String incarnation, long checkpoint) {

  /** Digits that surely fit into a long. */
  private static final int MOST_DIGITS = 18;

  /** Null for a file without a tag, or with one that no sink wrote. */
  static Origin parse(String tag) {
    int slash = tag == null ? -1 : tag.lastIndexOf('/');
    if (slash <= 0 || !isNumber(tag, slash + 1)) {
      return null;
    }
    return new Origin(tag.substring(0, slash), Long.parseLong(tag, slash + 1, tag.length(), 10));
  }

  private static boolean isNumber(String text, int from) {
    int digits = text.length() - from;
    if (digits == 0 || digits > MOST_DIGITS) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return Lineage.origin(incarnation, checkpoint);
  }
}
