package io.sluice.runtime.operator;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/** Where writers' schemas come from. */
@FunctionalInterface
public interface SchemaLookup extends Serializable {

  /**
   * The schema that a writer registered.
   *
   * @return the schema as Avro JSON, empty when no such id was ever registered
   * @throws IOException if it cannot be told now; the job fails over rather than reject good
   *     records
   */
  Optional<String> schema(int id) throws IOException;
}
