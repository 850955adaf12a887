package io.sluice.runtime.codec;

/**
 * No record of a writer's schema can become a row of the reader's schema, as Avro's rules of schema
 * resolution say; the message gives the reason.
 */
public final class IncompatibleSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  public IncompatibleSchemaException(String message) {
    super(message);
  }
}
