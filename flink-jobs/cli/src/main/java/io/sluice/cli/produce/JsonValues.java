package io.sluice.cli.produce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * JSON values become values of Avro's generic model. Numbers may be quoted; a value of a union may
 * stand bare or, as in Avro's own JSON, inside an object that names the branch.
 */
final class JsonValues {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final Pattern SOURCE_NOTE =
      Pattern.compile(" \\(start marker at \\[Source: [^\\]]*\\]\\)");

  private JsonValues() {}

  /** Reads one JSON value. */
  static JsonNode tree(String text) throws BadValueException {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw new BadValueException("is empty instead of a JSON value");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new BadValueException("is not JSON: %s%s".formatted(reason(e), column(e)));
    }
  }

  /** Jackson's sentence without its note that it does not show the source. */
  private static String reason(JsonProcessingException e) {
    return SOURCE_NOTE.matcher(e.getOriginalMessage()).replaceAll("");
  }

  private static String column(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " (column %d)".formatted(e.getLocation().getColumnNr());
  }

  /** The value of any type. */
  static Object parse(Schema schema, JsonNode node) throws BadValueException {
    return switch (schema.getType()) {
      case UNION -> union(schema, node);
      case NULL -> nothing(node);
      case RECORD -> record(schema, node);
      case ARRAY -> array(schema, node);
      case MAP -> map(schema, node);
      default -> scalar(schema, node);
    };
  }

  private static Object scalar(Schema schema, JsonNode node) throws BadValueException {
    if (node.isNull()) {
      throw new BadValueException("is null, which the schema does not allow");
    }
    boolean quotedOnly =
        schema.getLogicalType() == null
            && switch (schema.getType()) {
              case STRING, ENUM, BYTES, FIXED -> true;
              default -> false;
            };
    if (node.isTextual()) {
      return TextValues.parse(schema, node.textValue());
    }
    boolean fits =
        schema.getType() == Schema.Type.BOOLEAN ? node.isBoolean() : node.isNumber() && !quotedOnly;
    if (!fits) {
      throw TextValues.bad(node.toString(), "a " + name(schema));
    }
    return TextValues.parse(schema, node.isIntegralNumber() ? node.asText() : plain(node));
  }

  private static String plain(JsonNode node) {
    return node.isBoolean() ? node.asText() : node.decimalValue().toString();
  }

  private static Object nothing(JsonNode node) throws BadValueException {
    if (!node.isNull()) {
      throw TextValues.bad(node.toString(), "null");
    }
    return null;
  }

  private static Object union(Schema union, JsonNode node) throws BadValueException {
    if (node.isNull()) {
      if (union.isNullable()) {
        return null;
      }
      throw new BadValueException("is null, which the schema does not allow");
    }
    BadValueException first = null;
    for (Schema branch : union.getTypes()) {
      if (branch.getType() == Schema.Type.NULL) {
        continue;
      }
      try {
        return parse(branch, unwrapped(branch, node));
      } catch (BadValueException e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? TextValues.bad(node.toString(), "null") : first;
  }

  /** Takes the value out of {@code {"branch": value}}, where the branch itself is no object. */
  private static JsonNode unwrapped(Schema branch, JsonNode node) {
    boolean wrapped =
        node.isObject()
            && node.size() == 1
            && node.has(branch.getFullName())
            && (branch.getType() != Schema.Type.MAP)
            && (branch.getType() != Schema.Type.RECORD
                || branch.getField(branch.getFullName()) == null);
    return wrapped ? node.get(branch.getFullName()) : node;
  }

  static GenericRecord record(Schema schema, JsonNode node) throws BadValueException {
    if (!node.isObject()) {
      throw TextValues.bad(node.toString(), "a JSON object for the record " + schema.getName());
    }
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = node.get(field.name());
      try {
        record.put(
            field.pos(), value == null ? Fields.absent(field) : parse(field.schema(), value));
      } catch (BadValueException e) {
        throw e.in(field.name());
      }
    }
    Iterator<String> names = node.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (schema.getField(name) == null) {
        throw new BadValueException("is no field of " + schema.getName()).in(name);
      }
    }
    return record;
  }

  private static Object array(Schema schema, JsonNode node) throws BadValueException {
    if (!node.isArray()) {
      throw TextValues.bad(node.toString(), "a JSON array");
    }
    GenericData.Array<Object> array = new GenericData.Array<>(node.size(), schema);
    for (int i = 0; i < node.size(); i++) {
      try {
        array.add(parse(schema.getElementType(), node.get(i)));
      } catch (BadValueException e) {
        throw e.in("[" + i + "]");
      }
    }
    return array;
  }

  private static Object map(Schema schema, JsonNode node) throws BadValueException {
    if (!node.isObject()) {
      throw TextValues.bad(node.toString(), "a JSON object for a map");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      try {
        map.put(entry.getKey(), parse(schema.getValueType(), entry.getValue()));
      } catch (BadValueException e) {
        throw e.in("{" + entry.getKey() + "}");
      }
    }
    return map;
  }

  private static String name(Schema schema) {
    return schema.getLogicalType() == null
        ? schema.getType().getName()
        : schema.getLogicalType().getName();
  }
}
