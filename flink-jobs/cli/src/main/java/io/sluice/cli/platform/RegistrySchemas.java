package io.sluice.cli.platform;

import io.sluice.connectors.kafka.SchemaRegistry;
import io.sluice.connectors.kafka.UnreadableSchemaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** The schema registry over its Confluent-compatible API. */
final class RegistrySchemas implements Schemas {
  private static final int BYTES_SHOWN = 8;

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

  @Override
  public Optional<String> fingerprint(int id) throws IOException {
    try {
      return registry.schemaById(id).map(RegistrySchemas::digest);
    } catch (UnreadableSchemaException e) {
      return Optional.of("unreadable");
    }
  }

  private static String digest(List<String> texts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha.digest(canonical(texts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES_SHOWN);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /** Blanks and line ends are the registry's business. */
  private static String canonical(List<String> texts) {
    if (texts.size() > 1) {
      return String.join("\n", texts);
    }
    try {
      // Avro compares a default with all that its type unfolds to, which nobody needs here.
      return new Schema.Parser().setValidateDefaults(false).parse(texts.get(0)).toString();
    } catch (AvroRuntimeException e) {
      // No Avro, or names that other writers register and Avro does not take today.
      return texts.get(0);
    }
  }
}
