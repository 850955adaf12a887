package io.sluice.definition.model;

import java.io.Serializable;
import java.util.List;
import org.apache.avro.Schema;

/**
 * One kind of event: its Avro schema, which is the truth for names and types, and its contract.
 *
 * @param name such as {@code trades}
 * @param domain the folder that holds it, such as {@code market-risk}
 * @param schema the reader's schema, a record
 * @param columns the schema's fields as columns, in order
 */
public record Dataset(
    String name, String domain, Schema schema, List<Column> columns, Contract contract)
    implements Serializable {
  public Dataset {
    columns = List.copyOf(columns);
  }
}
