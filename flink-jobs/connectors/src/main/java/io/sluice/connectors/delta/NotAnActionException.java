package io.sluice.connectors.delta;

import java.io.IOException;

/** A line of a log entry that is no action; the message names line and file. */
final class NotAnActionException extends IOException {

  private static final long serialVersionUID = 1L;

  NotAnActionException(String message, Throwable cause) {
    super(message, cause);
  }
}
