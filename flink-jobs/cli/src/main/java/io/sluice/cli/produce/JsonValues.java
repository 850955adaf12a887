package io.sluice.cli.produce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
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
    } catch (MismatchedInputException e) {
      // A tree takes every value, so that only something behind it can be wrong here.
      throw new BadValueException(
          "", "is not JSON", ": more stands behind its first value" + column(e));
    } catch (JsonProcessingException e) {
      throw new BadValueException("", "is not JSON", ": " + reason(e) + column(e));
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
  static Object parse(Schema schema, JsonNode node, TextStyle style) throws BadValueException {
    return switch (schema.getType()) {
      case UNION -> union(schema, node, style);
      case NULL -> nothing(node);
      case RECORD -> record(schema, node, style);
      case ARRAY -> array(schema, node, style);
      case MAP -> map(schema, node, style);
      default -> scalar(schema, node, style);
    };
  }

  private static Object scalar(Schema schema, JsonNode node, TextStyle style)
      throws BadValueException {
    if (node.isNull()) {
      throw new BadValueException("is null, which the schema does not allow");
    }
    if (node.isTextual()) {
      return TextValues.parse(schema, node.textValue(), style);
    }
    boolean fits =
        schema.getType() == Schema.Type.BOOLEAN
            ? node.isBoolean()
            : node.isNumber() && !isQuotedOnly(schema);
    if (!fits) {
      throw bad(node, name(schema));
    }
    // A number of JSON is written with a point, whatever the style of texts.
    TextStyle number = new TextStyle(style.format(), style.zone(), '.', (char) 0);
    return TextValues.parse(schema, node.isBoolean() ? node.asText() : digits(node), number);
  }

  private static boolean isQuotedOnly(Schema schema) {
    return switch (schema.getType()) {
      case STRING, ENUM -> true;
      case BYTES, FIXED -> !(schema.getLogicalType() instanceof LogicalTypes.Decimal);
      default -> false;
    };
  }

  /** The digits of a number; JSON has one kind of numbers, so that 1e3 is 1000. */
  private static String digits(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.asText();
    }
    BigDecimal value = node.decimalValue();
    boolean shortWhole = value.scale() <= 0 && (long) value.precision() - value.scale() <= 40;
    return shortWhole ? value.toPlainString() : value.toString();
  }

  private static BadValueException bad(JsonNode node, String what) {
    String json = node.toString();
    int shown = 60;
    return new BadValueException(
        json.length() <= shown ? json : json.substring(0, shown) + "...", "is not " + what);
  }

  private static Object nothing(JsonNode node) throws BadValueException {
    if (!node.isNull()) {
      throw bad(node, "null");
    }
    return null;
  }

  private static Object union(Schema union, JsonNode node, TextStyle style)
      throws BadValueException {
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
        return parse(branch, unwrapped(branch, node), style);
      } catch (BadValueException e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? bad(node, "null") : first;
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

  static GenericRecord record(Schema schema, JsonNode node, TextStyle style)
      throws BadValueException {
    if (!node.isObject()) {
      throw bad(node, "a JSON object for the record " + schema.getName());
    }
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = node.get(field.name());
      try {
        record.put(
            field.pos(),
            value == null ? Fields.absent(field) : parse(field.schema(), value, style));
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

  private static Object array(Schema schema, JsonNode node, TextStyle style)
      throws BadValueException {
    if (!node.isArray()) {
      throw bad(node, "a JSON array");
    }
    GenericData.Array<Object> array = new GenericData.Array<>(node.size(), schema);
    for (int i = 0; i < node.size(); i++) {
      try {
        array.add(parse(schema.getElementType(), node.get(i), style));
      } catch (BadValueException e) {
        throw e.in("[" + i + "]");
      }
    }
    return array;
  }

  private static Object map(Schema schema, JsonNode node, TextStyle style)
      throws BadValueException {
    if (!node.isObject()) {
      throw bad(node, "a JSON object for a map");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      try {
        map.put(
            TextValues.encodable(entry.getKey()),
            parse(schema.getValueType(), entry.getValue(), style));
      } catch (BadValueException e) {
        throw e.in("{" + entry.getKey() + "}");
      }
    }
    return map;
  }

  private static String name(Schema schema) {
    String name =
        schema.getLogicalType() == null
            ? schema.getType().getName()
            : schema.getLogicalType().getName();
    return ("aeiou".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name;
  }
}
