package io.sluice.delta.schema;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * A table that cannot be read as wanted, and that no second attempt would read: the message names
 * the table, the version, the reason and what helps. A Flink job fails at once instead of
 * restarting.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
@PublicEvolving
public final class RefusedTableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RefusedTableException(String message) {
    super(message);
  }

  public RefusedTableException(String message, Throwable cause) {
    super(message, cause);
  }
}
