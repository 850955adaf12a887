package io.sluice.cli.platform;

/**
 * One reason why a line is bad.
 *
 * @param text the reason in full, with the value
 * @param kind the reason without the value, the same for all lines with this problem
 */
public record Problem(String text, String kind) {

  /** A problem whose text is the same for all lines. */
  public static Problem of(String text) {
    return new Problem(text, text);
  }

  public static Problem notUtf8(String place) {
    return new Problem("is not UTF-8 text (" + place + ")", "is not UTF-8 text");
  }

  public static Problem tooLong() {
    return of("is longer than %d MiB".formatted(RecordBytes.MAX_RECORD >> 20));
  }
}
