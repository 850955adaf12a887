package io.sluice.delta.schema;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Partition values in the text form of the Delta protocol, and the directory names made of them.
 */
@Internal
public final class PartitionValues {

  // "uuuu" and not "yyyy": the latter counts the years before year 1 up again.
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
  private static final String NULL_DIRECTORY = "__HIVE_DEFAULT_PARTITION__";
  private static final int MAX_NAME = 200;

  /** Of a UUID and the sign before it. */
  private static final int HASH_LENGTH = 37;

  private PartitionValues() {}

  /** Fails for types that cannot partition a table. */
  static void check(LogicalType type, String column) {
    switch (type.getTypeRoot()) {
      case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, CHAR, VARCHAR, DATE -> {}
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {}
      default ->
          throw new IllegalArgumentException(
              "Partition column '"
                  + column
                  + "' has type "
                  + type.asSummaryString()
                  + "; partition by a whole number, decimal, string, boolean, date or timestamp");
    }
  }

  /** Null for null, and for the empty string, which the protocol cannot tell from it. */
  public static String serialize(LogicalType type, Object value) {
    if (value == null) {
      return null;
    }
    String text =
        switch (type.getTypeRoot()) {
          case DATE -> LocalDate.ofEpochDay((Integer) value).toString();
          case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> UTC.format(instant((TimestampData) value));
          case TIMESTAMP_WITHOUT_TIME_ZONE ->
              LOCAL.format(LocalDateTime.ofInstant(instant((TimestampData) value), ZoneOffset.UTC));
          case DECIMAL -> ((DecimalData) value).toBigDecimal().toPlainString();
          default -> value.toString();
        };
    return text.isEmpty() ? null : text;
  }

  private static Instant instant(TimestampData value) {
    return Instant.EPOCH.plus(DeltaTypes.micros(value), ChronoUnit.MICROS);
  }

  /**
   * {@code column=value/...}, escaped so that any value is one safe directory name; empty without
   * partitions. Nobody reads values out of it: the log has them.
   */
  public static String directory(Map<String, String> values) {
    StringBuilder path = new StringBuilder();
    values.forEach(
        (column, value) ->
            path.append(
                    shortened(
                        escape(column) + '=' + (value == null ? NULL_DIRECTORY : escape(value))))
                .append('/'));
    return path.toString();
  }

  /** File systems end names at 255 bytes: a hash takes the place of what is too much. */
  private static String shortened(String name) {
    if (name.length() <= MAX_NAME) {
      return name;
    }
    UUID hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    // Not in the middle of an escaped byte.
    String kept = name.substring(0, MAX_NAME - HASH_LENGTH).replaceFirst("%.?$", "");
    return kept + '-' + hash;
  }

  /** Percent-encodes everything but letters and digits of ASCII and a few harmless signs. */
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.');
      if (plain) {
        escaped.append(c);
      } else {
        escaped.append(String.format("%%%02X", (int) c));
      }
    }
    return escaped.toString();
  }

  /**
   * A directory or file name as a URI path for the log: the percent signs of {@link #directory}
   * encoded again.
   */
  public static String encode(String relativePath) {
    return relativePath.replace("%", "%25");
  }

  /** The reverse of {@link #encode}. */
  public static String decode(String encoded) {
    return encoded.replace("%25", "%");
  }
}
