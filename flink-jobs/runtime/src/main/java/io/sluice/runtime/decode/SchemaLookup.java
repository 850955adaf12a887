package io.sluice.runtime.decode;

import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** Where writers' schemas come from. */
@FunctionalInterface
public interface SchemaLookup extends Serializable {

  /**
   * The schema that a writer registered.
   *
   * @return Avro JSON: the schemas that it refers to, those first that others need, and last the
   *     schema itself; empty when no such id is registered now
   * @throws IOException if it cannot be told now; the job fails over rather than reject good
   *     records
   * @throws IncompatibleSchemaException if it is no Avro, or what it refers to is not to be had;
   *     asked again, the answer may be another one
   * @throws CodecException with rule unknown_schema_id if records of the topic are not read by it
   */
  Optional<List<String>> schema(int id)
      throws IOException, IncompatibleSchemaException, CodecException;

  /**
   * Whether a schema that was just asked for may bring columns and wider types along. Who registers
   * a schema somewhere must not change the table of another topic.
   */
  default boolean mayAddColumns(int id) {
    return true;
  }

  /**
   * Asks once more for a schema that {@link #mayAddColumns} said no to. It is called by another
   * thread than the rest, and may take its time.
   *
   * @throws IOException if it cannot be told now
   */
  default boolean mayAddColumnsByNow(int id) throws IOException {
    return mayAddColumns(id);
  }
}
