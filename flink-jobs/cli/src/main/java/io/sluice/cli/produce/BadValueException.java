package io.sluice.cli.produce;

import io.sluice.cli.platform.Problem;

/** A value does not fit its Avro type. The message begins with the path of the value, if nested. */
final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String kindOfPath;
  private final String kind;

  /** Without a value, such as for one that is missing. */
  BadValueException(String reason) {
    this("", "", reason, reason);
  }

  /**
   * @param value the value as it was written
   * @param reason what follows the value in the message, such as {@code is not an int}
   */
  BadValueException(String value, String reason) {
    this("", "", value + " " + reason, reason);
  }

  /**
   * @param detail what follows the reason and differs from line to line
   */
  BadValueException(String value, String reason, String detail) {
    this("", "", (value.isEmpty() ? "" : value + " ") + reason + detail, reason);
  }

  private BadValueException(String path, String kindOfPath, String message, String kind) {
    // Thrown for each bad value of a file: a stack trace would cost and nobody reads it.
    super(message, null, false, false);
    this.path = path;
    this.kindOfPath = kindOfPath;
    this.kind = kind;
  }

  /**
   * This problem seen from one level up, below a field or an element: {@code step} is {@code name},
   * {@code [3]} or {@code {key}}.
   */
  BadValueException in(String step) {
    String dot = path.isEmpty() || path.startsWith("[") || path.startsWith("{") ? "" : ".";
    String kindOfStep = step.startsWith("[") ? "[]" : step.startsWith("{") ? "{}" : step;
    return new BadValueException(
        step + dot + path, kindOfStep + dot + kindOfPath, super.getMessage(), kind);
  }

  @Override
  public String getMessage() {
    return path.isEmpty() ? super.getMessage() : path + ": " + super.getMessage();
  }

  /** As a problem of a line. */
  Problem problem() {
    return new Problem(getMessage(), kindOfPath.isEmpty() ? kind : kindOfPath + ": " + kind);
  }
}
