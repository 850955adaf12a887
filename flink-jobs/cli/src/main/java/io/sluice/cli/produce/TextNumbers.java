package io.sluice.cli.produce;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Numbers written as text. A number that the type cannot hold as it is written is refused. */
final class TextNumbers {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,400}(\\.0*)?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,1000}(\\.\\d{0,1000})?|\\.\\d{1,1000})([eE][+-]?\\d{1,9})?");
  // A number such as 1e1000000000 would fill the memory when it is written out.
  private static final int MAX_EXPONENT = 400;

  private TextNumbers() {}

  static Integer intValue(String text, TextStyle style) throws BadValueException {
    return (int) whole(text, style, Integer.MIN_VALUE, Integer.MAX_VALUE, "an int");
  }

  static Long longValue(String text, TextStyle style) throws BadValueException {
    return whole(text, style, Long.MIN_VALUE, Long.MAX_VALUE, "a long");
  }

  /** Zeros behind the point are allowed; an exponent is how spreadsheets round long numbers. */
  private static long whole(String text, TextStyle style, long min, long max, String what)
      throws BadValueException {
    String number = style.plainNumber(text);
    if (!WHOLE.matcher(number).matches()) {
      throw TextValues.bad(text, what);
    }
    int point = number.indexOf('.');
    try {
      long value = Long.parseLong(point < 0 ? number : number.substring(0, point));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw TextValues.outOfRange(text, what);
    }
    throw TextValues.outOfRange(text, what);
  }

  static Float floatValue(String text, TextStyle style) throws BadValueException {
    Float special = special(text.strip(), Float.NaN, Float.POSITIVE_INFINITY);
    if (special != null) {
      return special;
    }
    BigDecimal number = number(text, style, "a float");
    float value = number.floatValue();
    checkRounded(text, number, Float.isInfinite(value), value == 0, "a float");
    return value;
  }

  static Double doubleValue(String text, TextStyle style) throws BadValueException {
    Float special = special(text.strip(), Float.NaN, Float.POSITIVE_INFINITY);
    if (special != null) {
      return special.doubleValue();
    }
    BigDecimal number = number(text, style, "a double");
    double value = number.doubleValue();
    checkRounded(text, number, Double.isInfinite(value), value == 0, "a double");
    return value;
  }

  private static Float special(String text, float notANumber, float infinity) {
    return switch (text) {
      case "NaN" -> notANumber;
      case "Infinity" -> infinity;
      case "-Infinity" -> -infinity;
      default -> null;
    };
  }

  private static void checkRounded(
      String text, BigDecimal number, boolean infinite, boolean zero, String what)
      throws BadValueException {
    if (infinite || zero && number.signum() != 0) {
      throw TextValues.outOfRange(text, what);
    }
  }

  static Object decimal(Schema schema, LogicalTypes.Decimal type, String text, TextStyle style)
      throws BadValueException {
    String what = "a decimal(%d, %d)".formatted(type.getPrecision(), type.getScale());
    BigDecimal value = number(text, style, what);
    BigDecimal scaled;
    try {
      scaled = value.setScale(type.getScale());
    } catch (ArithmeticException e) {
      throw new BadValueException(
          TextValues.quoted(text),
          "has more than %d digits behind the point".formatted(type.getScale()));
    }
    if (scaled.precision() > type.getPrecision()) {
      throw new BadValueException(TextValues.quoted(text), "has too many digits for " + what);
    }
    Conversions.DecimalConversion conversion = new Conversions.DecimalConversion();
    return schema.getType() == Schema.Type.FIXED
        ? conversion.toFixed(scaled, schema, type)
        : conversion.toBytes(scaled, schema, type);
  }

  private static BigDecimal number(String text, TextStyle style, String what)
      throws BadValueException {
    String number = style.plainNumber(text);
    if (!NUMBER.matcher(number).matches()) {
      throw TextValues.bad(text, what);
    }
    BigDecimal value = new BigDecimal(number);
    if (Math.abs((long) value.precision() - value.scale()) > MAX_EXPONENT
        || Math.abs((long) value.scale()) > 2 * MAX_EXPONENT) {
      throw TextValues.outOfRange(text, what);
    }
    return value;
  }
}
