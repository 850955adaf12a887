package io.sluice.cli.produce;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Numbers written as text. A number that the type cannot hold as it is written is refused. */
final class TextNumbers {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,400}(\\.0*)?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,1000}(\\.\\d{0,1000})?|\\.\\d{1,1000})([eE][+-]?\\d{1,9})?");
  private static final Pattern DECIMAL_COMMA =
      Pattern.compile("[+-]?(\\d{1,1000}|\\d{1,3}(\\.\\d{3}){1,300}),\\d{1,1000}");
  private static final Pattern COMMAS_BETWEEN_THOUSANDS =
      Pattern.compile("[+-]?\\d{1,3}(,\\d{3}){1,300}(\\.\\d{0,1000})?");

  /** Texts of so few digits are told apart by every float and double that is not tiny. */
  private static final int SURE_OF_FLOAT = 6;

  private static final int SURE_OF_DOUBLE = 15;

  /** So many digits tell every float and double from its neighbours. */
  private static final int DIGITS_OF_FLOAT = 9;

  private static final int DIGITS_OF_DOUBLE = 17;

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
      throw bad(text, style, what);
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
    checkRange(text, number, Float.isInfinite(value), value == 0, "a float");
    boolean sure = number.precision() <= SURE_OF_FLOAT && Math.abs(value) >= Float.MIN_NORMAL;
    if (value != 0 && !sure && number.compareTo(new BigDecimal(Float.toString(value))) != 0) {
      BigDecimal exact = new BigDecimal(value);
      if (!isRounded(exact, number)) {
        checkKept(
            text,
            number,
            shortest(exact, DIGITS_OF_FLOAT, shorter -> shorter.floatValue() == value),
            "a float");
      }
    }
    return value == 0 && isNegative(text) ? -0f : value;
  }

  static Double doubleValue(String text, TextStyle style) throws BadValueException {
    Float special = special(text.strip(), Float.NaN, Float.POSITIVE_INFINITY);
    if (special != null) {
      return special.doubleValue();
    }
    BigDecimal number = number(text, style, "a double");
    double value = number.doubleValue();
    checkRange(text, number, Double.isInfinite(value), value == 0, "a double");
    boolean sure = number.precision() <= SURE_OF_DOUBLE && Math.abs(value) >= Double.MIN_NORMAL;
    if (value != 0 && !sure && number.compareTo(new BigDecimal(Double.toString(value))) != 0) {
      BigDecimal exact = new BigDecimal(value);
      if (!isRounded(exact, number)) {
        checkKept(
            text,
            number,
            shortest(exact, DIGITS_OF_DOUBLE, shorter -> shorter.doubleValue() == value),
            "a double");
      }
    }
    return value == 0 && isNegative(text) ? -0d : value;
  }

  private static Float special(String text, float notANumber, float infinity) {
    return switch (text) {
      case "NaN" -> notANumber;
      case "Infinity" -> infinity;
      case "-Infinity" -> -infinity;
      default -> null;
    };
  }

  /**
   * Whether a text is the binary number, written with as many digits as the text has. Programs that
   * write all 17 digits of a double, or a float as a double, write such texts.
   */
  private static boolean isRounded(BigDecimal exact, BigDecimal number) {
    MathContext digits =
        new MathContext(number.stripTrailingZeros().precision(), RoundingMode.HALF_EVEN);
    return exact.round(digits).compareTo(number) == 0;
  }

  /**
   * The shortest decimal number that is read as the same binary one: what everybody shows for it.
   * Java's own text is longer for some numbers.
   */
  private static BigDecimal shortest(BigDecimal exact, int most, Predicate<BigDecimal> same) {
    for (int digits = 1; digits < most; digits++) {
      BigDecimal shorter = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (same.test(shorter)) {
        return shorter;
      }
    }
    return exact.round(new MathContext(most, RoundingMode.HALF_EVEN));
  }

  private static void checkKept(String text, BigDecimal number, BigDecimal kept, String what)
      throws BadValueException {
    if (kept.compareTo(number) != 0) {
      throw new BadValueException(
          TextValues.quoted(text),
          "has digits that %s does not keep".formatted(what),
          ": it would become " + kept);
    }
  }

  /** Binary numbers have a negative zero. */
  private static boolean isNegative(String text) {
    return text.strip().startsWith("-");
  }

  private static void checkRange(
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
      throw bad(text, style, what);
    }
    BigDecimal value = new BigDecimal(number);
    if (Math.abs((long) value.precision() - value.scale()) > MAX_EXPONENT
        || Math.abs((long) value.scale()) > 2 * MAX_EXPONENT) {
      throw TextValues.outOfRange(text, what);
    }
    return value;
  }

  /** Names the options that would read the text. */
  private static BadValueException bad(String text, TextStyle style, String what) {
    String number = text.strip();
    StringBuilder hint = new StringBuilder();
    if (style.decimal() == '.' && DECIMAL_COMMA.matcher(number).matches()) {
      hint.append("; a decimal comma needs --decimal-comma");
    }
    if (style.grouping() != ',' && COMMAS_BETWEEN_THOUSANDS.matcher(number).matches()) {
      hint.append("; commas between thousands need --thousands ,");
    }
    return TextValues.bad(text, what + hint);
  }
}
