package io.sluice.cli.platform;

import java.io.IOException;
import java.util.Optional;
import org.apache.avro.Schema;

/** The schema registry as the commands use it. */
public interface Schemas {

  /**
   * Registers a schema under a subject, from then on with BACKWARD compatibility, and returns its
   * id. A schema that is there already keeps its id.
   *
   * @throws IOException if the registry does not answer or refuses, for example as incompatible
   */
  int register(String subject, Schema schema) throws IOException;

  /**
   * What the schema with an id is known by; empty when there is no such schema.
   *
   * @throws IOException if the registry does not answer
   */
  Optional<String> fingerprint(int id) throws IOException;
}
