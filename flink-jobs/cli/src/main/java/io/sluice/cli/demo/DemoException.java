package io.sluice.cli.demo;

/** The demo cannot go on; the message says what happened, where, and what to do about it. */
public final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure without a cause of its own. */
  public DemoException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public DemoException(String message, Throwable cause) {
    super(message, cause);
  }
}
