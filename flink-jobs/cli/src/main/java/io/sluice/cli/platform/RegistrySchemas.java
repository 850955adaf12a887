package io.sluice.cli.platform;

import io.sluice.connectors.kafka.SchemaRegistry;
import java.io.IOException;
import org.apache.avro.Schema;

/** The schema registry over its Confluent-compatible API. */
final class RegistrySchemas implements Schemas {
  private final SchemaRegistry registry;

  RegistrySchemas(String baseUrl) {
    this.registry = new SchemaRegistry(baseUrl);
  }

  @Override
  public int register(String subject, Schema schema) throws IOException {
    // The level can only be set for a subject that exists; a later schema meets it.
    int id = registry.register(subject, schema.toString());
    registry.requireBackward(subject);
    return id;
  }
}
