package io.sluice.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** How a field of a schema takes a value that is absent, null or written in a CSV cell. */
final class Fields {
  private Fields() {}

  /** The value of a field that the input does not have at all: its default, else null. */
  static Object absent(Schema.Field field) throws BadValueException {
    if (field.hasDefaultValue()) {
      return GenericData.get().getDefaultValue(field);
    }
    if (field.schema().isNullable()) {
      return null;
    }
    throw new BadValueException("is missing, and the schema allows no null");
  }

  /** Whether every record must bring a value. */
  static boolean isMandatory(Schema.Field field) {
    return !field.hasDefaultValue() && !field.schema().isNullable();
  }

  /**
   * The value of a CSV cell.
   *
   * @param cell null when the cell is empty and not quoted
   */
  static Object cell(Schema.Field field, String cell, TextStyle style) throws BadValueException {
    Schema schema = field.schema();
    if (cell == null || cell.isBlank() && !isText(schema)) {
      return schema.isNullable() ? null : absent(field);
    }
    return cell(schema, cell, style);
  }

  private static Object cell(Schema schema, String cell, TextStyle style) throws BadValueException {
    return switch (schema.getType()) {
      case RECORD, ARRAY, MAP -> JsonValues.parse(schema, JsonValues.tree(cell), style);
      case UNION -> union(schema, cell, style);
      default -> TextValues.parse(schema, cell, style);
    };
  }

  private static Object union(Schema union, String cell, TextStyle style) throws BadValueException {
    BadValueException first = null;
    for (Schema branch : union.getTypes()) {
      if (branch.getType() == Schema.Type.NULL) {
        continue;
      }
      try {
        return cell(branch, cell, style);
      } catch (BadValueException e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? TextValues.bad(cell, "null") : first;
  }

  private static boolean isText(Schema schema) {
    if (schema.getType() == Schema.Type.UNION) {
      return schema.getTypes().stream().anyMatch(Fields::isText);
    }
    return schema.getType() == Schema.Type.STRING && schema.getLogicalType() == null;
  }

  /** The record's fields from a JSON object; unknown names are left to the caller. */
  static Object json(Schema.Field field, JsonNode value, TextStyle style) throws BadValueException {
    return value == null ? absent(field) : JsonValues.parse(field.schema(), value, style);
  }
}
