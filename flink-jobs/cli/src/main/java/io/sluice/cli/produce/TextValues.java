package io.sluice.cli.produce;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Values written as text become values of Avro's generic model. Times are in {@link TextTimes};
 * bytes and fixed are Base64, or hexadecimal after {@code 0x}.
 */
final class TextValues {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,19}");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  // A number such as 1e1000000000 would fill the memory when it is written out.
  private static final int MAX_EXPONENT = 400;

  private TextValues() {}

  /**
   * The value of a scalar type.
   *
   * @param schema neither a union nor a record, array, map or null
   */
  static Object parse(Schema schema, String text) throws BadValueException {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return decimal(schema, decimal, text);
    }
    if (logical != null && TextTimes.covers(logical)) {
      return TextTimes.parse(logical, text.strip());
    }
    return switch (schema.getType()) {
      case STRING -> string(logical, text);
      case BOOLEAN -> bool(text);
      case INT -> Math.toIntExact(whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE, "an int"));
      case LONG -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE, "a long");
      case FLOAT -> floating(text, "a float").floatValue();
      case DOUBLE -> floating(text, "a double");
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
    return text;
  }

  private static boolean bool(String text) throws BadValueException {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(text, "true or false");
    };
  }

  private static long whole(String text, long min, long max, String what) throws BadValueException {
    String digits = text.strip();
    if (!WHOLE.matcher(digits).matches()) {
      throw bad(text, what);
    }
    try {
      long value = Long.parseLong(digits);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw outOfRange(text, what);
    }
    throw outOfRange(text, what);
  }

  private static Double floating(String text, String what) throws BadValueException {
    String number = text.strip();
    switch (number) {
      case "NaN":
        return Double.NaN;
      case "Infinity":
        return Double.POSITIVE_INFINITY;
      case "-Infinity":
        return Double.NEGATIVE_INFINITY;
      default:
        break;
    }
    // BigDecimal takes none of the forms that only Java writes, such as 1d and 0x1p3.
    double value = number(text, what).doubleValue();
    boolean tooLarge =
        what.equals("a float") ? Float.isInfinite((float) value) : Double.isInfinite(value);
    if (tooLarge) {
      throw outOfRange(text, what);
    }
    return value;
  }

  private static BigDecimal number(String text, String what) throws BadValueException {
    BigDecimal value;
    try {
      value = new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      throw bad(text, what);
    }
    if (Math.abs((long) value.precision() - value.scale()) > MAX_EXPONENT
        || Math.abs(value.scale()) > 2 * MAX_EXPONENT) {
      throw outOfRange(text, what);
    }
    return value;
  }

  private static Object decimal(Schema schema, LogicalTypes.Decimal type, String text)
      throws BadValueException {
    String what = "a decimal(%d, %d)".formatted(type.getPrecision(), type.getScale());
    BigDecimal value = number(text, what);
    BigDecimal scaled;
    try {
      scaled = value.setScale(type.getScale());
    } catch (ArithmeticException e) {
      throw new BadValueException(
          "%s has more than %d digits behind the point".formatted(quoted(text), type.getScale()));
    }
    if (scaled.precision() > type.getPrecision()) {
      throw new BadValueException("%s has too many digits for %s".formatted(quoted(text), what));
    }
    Conversions.DecimalConversion conversion = new Conversions.DecimalConversion();
    return schema.getType() == Schema.Type.FIXED
        ? conversion.toFixed(scaled, schema, type)
        : conversion.toBytes(scaled, schema, type);
  }

  private static GenericData.EnumSymbol symbol(Schema schema, String text)
      throws BadValueException {
    String symbol = text.strip();
    if (!schema.hasEnumSymbol(symbol)) {
      throw bad(text, "one of " + String.join(", ", schema.getEnumSymbols()));
    }
    return new GenericData.EnumSymbol(schema, symbol);
  }

  private static GenericData.Fixed fixed(Schema schema, String text) throws BadValueException {
    byte[] value = fixedBytes(text.strip(), schema.getFixedSize());
    if (value.length != schema.getFixedSize()) {
      throw new BadValueException(
          "%s has %d bytes instead of %d"
              .formatted(quoted(text), value.length, schema.getFixedSize()));
    }
    return new GenericData.Fixed(schema, value);
  }

  private static byte[] fixedBytes(String text, int size) throws BadValueException {
    // Plain hexadecimal cannot be mistaken here: as Base64 it would have another length.
    if (text.length() == 2 * size && size > 0 && text.chars().allMatch(HexFormat::isHexDigit)) {
      return HexFormat.of().parseHex(text);
    }
    return binary(text);
  }

  private static byte[] binary(String text) throws BadValueException {
    String written = text.strip();
    try {
      return written.startsWith("0x")
          ? HexFormat.of().parseHex(written, 2, written.length())
          : Base64.getDecoder().decode(written);
    } catch (IllegalArgumentException e) {
      throw bad(text, "Base64, or hexadecimal after 0x");
    }
  }

  static BadValueException bad(String text, String what) {
    return new BadValueException(quoted(text) + " is not " + what);
  }

  static BadValueException outOfRange(String text, String what) {
    return new BadValueException(quoted(text) + " is out of range for " + what);
  }

  private static String quoted(String text) {
    int shown = 60;
    return text.length() <= shown
        ? '"' + text + '"'
        : '"' + text.substring(0, shown) + "...\" (" + text.length() + " characters)";
  }
}
