package io.sluice.cli.produce;

/** A value does not fit its Avro type. The message begins with the path of the value, if nested. */
final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String reason;

  BadValueException(String reason) {
    this("", reason);
  }

  private BadValueException(String path, String reason) {
    // Thrown for each bad value of a file: a stack trace would cost and nobody reads it.
    super(reason, null, false, false);
    this.path = path;
    this.reason = reason;
  }

  /**
   * The same below a field or an element: {@code step} is {@code name}, {@code [3]} or {@code
   * {key}}.
   */
  BadValueException in(String step) {
    String dot = path.isEmpty() || path.startsWith("[") || path.startsWith("{") ? "" : ".";
    return new BadValueException(step + dot + path, reason);
  }

  @Override
  public String getMessage() {
    return path.isEmpty() ? reason : path + ": " + reason;
  }
}
