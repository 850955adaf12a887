package io.sluice.connectors.kafka;

/**
 * A record names a schema that is not registered under a subject of its topic. The message is a
 * sentence or two, which say why and what to do.
 */
public final class ForeignSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  ForeignSchemaException(String message) {
    super(message);
  }
}
