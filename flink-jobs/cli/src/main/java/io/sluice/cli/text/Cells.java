package io.sluice.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values of tables for the terminal and for JSON. */
public final class Cells {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};

  /** Characters of a cell that is not cut. */
  private static final int WIDEST = 60;

  private Cells() {}

  /**
   * The value in terms of JSON: times as ISO-8601 text, bytes as Base64, decimals as numbers, what
   * JSON has no number for as text.
   */
  public static Object json(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(String.valueOf(key), json(item)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(json(item)));
      return copy;
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof Double number && !Double.isFinite(number)
        || value instanceof Float small && !Float.isFinite(small)) {
      return value.toString();
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }

  /**
   * The value in one line; control characters are escaped. A long one is cut, which its end says:
   * {@code ... (1,048,576 characters)}.
   */
  public static String text(Object value) {
    String written = written(value);
    // Only what is shown is looked at: the value may be large.
    String line = TerminalText.line(written.substring(0, Math.min(written.length(), WIDEST + 1)));
    return line.length() <= WIDEST
        ? line
        : line.substring(0, WIDEST - 3) + "... (%,d characters)".formatted(written.length());
  }

  /** The value in one line of any length; control characters are escaped. */
  public static String whole(Object value) {
    return TerminalText.line(written(value));
  }

  /** The value as a file has it: whole, nothing escaped; null is the empty text. */
  public static String written(Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof Map || value instanceof List
        ? write(json(value))
        : json(value).toString();
  }

  /** The components of a record by their names, in order, as JSON has them. */
  public static Map<String, Object> fields(Record entry) {
    return JSON.convertValue(entry, FIELDS);
  }

  /** A key of the JSON form as a heading: {@code lastCommit} becomes {@code LAST COMMIT}. */
  public static String title(String key) {
    return key.replaceAll("([a-z])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A value cannot be written as JSON.", e);
    }
  }
}
