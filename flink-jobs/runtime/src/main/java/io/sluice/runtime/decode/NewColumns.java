package io.sluice.runtime.decode;

import io.sluice.definition.contract.AvroColumns;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.DefinitionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Fields that a writer's schema has at its top level and the reader's lacks, aliases considered.
 *
 * @param columns one per field, nullable even if the field is not: other records do not have it
 * @param unreadable names of fields that cannot be columns, with the reason
 * @param reader the reader's schema with the fields of the columns behind its own
 */
public record NewColumns(List<Column> columns, Map<String, String> unreadable, Schema reader) {

  public NewColumns {
    columns = List.copyOf(columns);
    unreadable = Map.copyOf(unreadable);
  }

  /** Compares two schemas; a writer that is no record has no fields. */
  public static NewColumns of(Schema writer, Schema reader) {
    List<Column> columns = new ArrayList<>();
    List<Schema.Field> readable = new ArrayList<>();
    Map<String, String> unreadable = new LinkedHashMap<>();
    if (writer.getType() == Schema.Type.RECORD) {
      for (Schema.Field field : Schema.applyAliases(writer, reader).getFields()) {
        if (reader.getField(field.name()) == null) {
          try {
            columns.add(column(field));
            readable.add(field);
          } catch (DefinitionException e) {
            unreadable.put(field.name(), e.getMessage());
          }
        }
      }
    }
    return new NewColumns(
        columns, unreadable, readable.isEmpty() ? reader : with(reader, readable));
  }

  private static Column column(Schema.Field field) {
    Column column = AvroColumns.of(field);
    return new Column(column.name(), column.type(), true);
  }

  /** Without its default, which does not matter for reading and may be a bad one. */
  private static Schema.Field plain(Schema.Field field) {
    return new Schema.Field(field.name(), field.schema(), field.doc());
  }

  private static Schema with(Schema reader, List<Schema.Field> added) {
    List<Schema.Field> fields = new ArrayList<>();
    reader.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    added.forEach(field -> fields.add(plain(field)));
    Schema wider =
        Schema.createRecord(
            reader.getName(), reader.getDoc(), reader.getNamespace(), reader.isError(), fields);
    reader.getAliases().forEach(wider::addAlias);
    return wider;
  }

  /** Whether the writer has no field of its own. */
  public boolean isEmpty() {
    return columns.isEmpty() && unreadable.isEmpty();
  }
}
