package io.sluice.connectors.kafka;

/**
 * A schema is registered, but no Avro schema can be made of it: it is of another kind, or what it
 * refers to is not to be had. The message is a sentence that says why.
 */
public final class UnreadableSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableSchemaException(String message) {
    super(message);
  }
}
