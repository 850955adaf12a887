package io.sluice.cli.produce;

import io.sluice.definition.yaml.NameList;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Values written as text become values of Avro's generic model. Times are in {@link TextTimes},
 * numbers in {@link TextNumbers}; bytes and fixed are Base64, or hexadecimal: {@code 0x} and pairs
 * of digits, nothing else.
 */
final class TextValues {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x([0-9a-fA-F]{2})*");

  private TextValues() {}

  /**
   * The value of a scalar type.
   *
   * @param schema neither a union nor a record, array, map or null
   */
  static Object parse(Schema schema, String text, TextStyle style) throws BadValueException {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return TextNumbers.decimal(schema, decimal, text, style);
    }
    if (logical != null && TextTimes.covers(logical)) {
      return TextTimes.parse(logical, text, style);
    }
    return switch (schema.getType()) {
      case STRING -> string(logical, text);
      case BOOLEAN -> bool(text);
      case INT -> TextNumbers.intValue(text, style);
      case LONG -> TextNumbers.longValue(text, style);
      case FLOAT -> TextNumbers.floatValue(text, style);
      case DOUBLE -> TextNumbers.doubleValue(text, style);
      case ENUM -> symbol(schema, text);
      case BYTES -> ByteBuffer.wrap(binary(text));
      case FIXED -> fixed(schema, text);
      default -> throw new BadValueException("cannot be read from text as " + schema.getType());
    };
  }

  private static String string(LogicalType logical, String text) throws BadValueException {
    if (logical != null && logical.getName().equals(LogicalTypes.uuid().getName())) {
      String uuid = text.strip();
      if (!UUID.matcher(uuid).matches()) {
        throw bad(text, "a uuid");
      }
      return uuid;
    }
    return encodable(text);
  }

  /** The text, unless it has half of a surrogate pair, which UTF-8 would make a question mark. */
  static String encodable(String text) throws BadValueException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new BadValueException(
            "has \\u%04x, half of a character, at position %d".formatted((int) c, i + 1));
      }
    }
    return text;
  }

  private static boolean bool(String text) throws BadValueException {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(text, "true or false");
    };
  }

  private static GenericData.EnumSymbol symbol(Schema schema, String text)
      throws BadValueException {
    String symbol = text.strip();
    if (!schema.hasEnumSymbol(symbol)) {
      throw bad(text, "one of " + NameList.of(schema.getEnumSymbols()));
    }
    return new GenericData.EnumSymbol(schema, symbol);
  }

  private static GenericData.Fixed fixed(Schema schema, String text) throws BadValueException {
    byte[] value = fixedBytes(text.strip(), schema.getFixedSize());
    if (value.length != schema.getFixedSize()) {
      throw new BadValueException(
          quoted(text),
          "has %d byte%s instead of %d"
              .formatted(value.length, value.length == 1 ? "" : "s", schema.getFixedSize()));
    }
    return new GenericData.Fixed(schema, value);
  }

  private static byte[] fixedBytes(String text, int size) throws BadValueException {
    // Hexadecimal cannot be mistaken here: as Base64 the bytes would be of another number.
    if (text.length() == 2 * size && size > 0 && text.chars().allMatch(HexFormat::isHexDigit)) {
      return HexFormat.of().parseHex(text);
    }
    boolean otherSize = HEXADECIMAL.matcher(text).matches() && text.length() != 2 + 2 * size;
    return otherSize ? base64(text) : binary(text);
  }

  private static byte[] binary(String text) throws BadValueException {
    String written = text.strip();
    return HEXADECIMAL.matcher(written).matches()
        ? HexFormat.of().parseHex(written, 2, written.length())
        : base64(written);
  }

  private static byte[] base64(String written) throws BadValueException {
    byte[] value;
    try {
      value = Base64.getDecoder().decode(written);
    } catch (IllegalArgumentException e) {
      throw bad(written, "Base64, or hexadecimal after 0x");
    }
    // The decoder drops bits of the last character that fill no byte.
    String again = Base64.getEncoder().encodeToString(value);
    if (!again.equals(written) && !again.replace("=", "").equals(written)) {
      throw bad(written, "Base64, or hexadecimal after 0x");
    }
    return value;
  }

  static BadValueException bad(String text, String what) {
    return new BadValueException(quoted(text), "is not " + what);
  }

  static BadValueException outOfRange(String text, String what) {
    return new BadValueException(quoted(text), "is out of range for " + what);
  }

  static String quoted(String text) {
    int shown = 60;
    return text.length() <= shown
        ? '"' + text + '"'
        : '"' + text.substring(0, shown) + "...\" (" + text.length() + " characters)";
  }
}
