package io.sluice.delta.storage;

import java.io.IOException;
import org.apache.flink.annotation.Internal;

/**
 * A name below a table leads out of it, by a link or by its own form. The message is a sentence
 * with the name, the table and where it leads. Nothing was read, written or removed there.
 */
@Internal
public final class OutsideTableException extends IOException {

  private static final long serialVersionUID = 1L;

  public OutsideTableException(String message) {
    super(message);
  }

  /** Tells of a link behind a failure, which needs no more words than its own. */
  public static void throwIfCauseOf(Throwable failure) throws OutsideTableException {
    OutsideTableException found = in(failure);
    if (found != null) {
      OutsideTableException told = new OutsideTableException(found.getMessage());
      told.initCause(failure);
      throw told;
    }
  }

  /** The one among the causes of a failure; null if there is none. */
  static OutsideTableException in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutsideTableException found) {
        return found;
      }
    }
    return null;
  }
}
