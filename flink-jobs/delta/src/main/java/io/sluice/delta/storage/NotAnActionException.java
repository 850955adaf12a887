package io.sluice.delta.storage;

import java.io.IOException;
import org.apache.flink.annotation.Internal;

/** A line of a log entry that is no action; the message names line and file. */
@Internal
public final class NotAnActionException extends IOException {

  private static final long serialVersionUID = 1L;

  NotAnActionException(String message, Throwable cause) {
    super(message, cause);
  }
}
