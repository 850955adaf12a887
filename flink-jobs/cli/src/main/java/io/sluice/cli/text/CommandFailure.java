package io.sluice.cli.text;

/**
 * A command cannot do what it was asked to do. The message is shown as it is: one clear sentence
 * that says what is wrong, where, and what helps.
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailure(String message) {
    super(message);
  }

  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
