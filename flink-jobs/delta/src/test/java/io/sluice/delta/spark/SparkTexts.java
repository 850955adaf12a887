package io.sluice.delta.spark;

import io.sluice.delta.schema.DeltaTypes;
import io.sluice.delta.testing.Boundaries;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * The values of {@link Boundaries} as texts that tell them exactly, here and in Spark's SQL: JSON
 * and Spark's own formats round, leave out eras or know no such character.
 */
final class SparkTexts {

  private SparkTexts() {}

  private static LogicalType type(String column) {
    return Boundaries.type().getTypeAt(Boundaries.type().getFieldIndex(column));
  }

  /** The text of a value; null for null. */
  static String of(String column, Object value) {
    if (value == null) {
      return null;
    }
    return switch (type(column).getTypeRoot()) {
      case DECIMAL -> ((DecimalData) value).toBigDecimal().toPlainString();
      case VARCHAR -> HexFormat.of().withUpperCase().formatHex(((StringData) value).toBytes());
      case VARBINARY -> HexFormat.of().withUpperCase().formatHex((byte[]) value);
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          Long.toString(DeltaTypes.micros((TimestampData) value));
      default -> value.toString();
    };
  }

  /** The texts of a row that Spark answered. */
  static Map<String, String> of(Map<String, Object> row) {
    Map<String, String> texts = new LinkedHashMap<>();
    row.forEach(
        (column, text) ->
            texts.put(
                column,
                text != null && type(column) instanceof DecimalType
                    ? new BigDecimal((String) text).toPlainString()
                    : (String) text));
    return texts;
  }

  /** The query that asks for the texts of all rows. */
  static String query() {
    return Boundaries.type().getFieldNames().stream()
        .map(column -> "cast(" + exact(column) + " as string) as " + column)
        .collect(Collectors.joining(", ", "select ", " from t"));
  }

  private static String exact(String column) {
    return switch (type(column).getTypeRoot()) {
      case VARCHAR -> "hex(cast(" + column + " as binary))";
      case VARBINARY -> "hex(" + column + ")";
      case DATE -> "unix_date(" + column + ")";
      case TIMESTAMP_WITHOUT_TIME_ZONE -> "unix_micros(cast(" + column + " as timestamp))";
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> "unix_micros(" + column + ")";
      default -> column;
    };
  }

  /**
   * The query that asks for the ids of rows by the values of columns. Each is asked for by its id
   * as well, so that Spark must find its file by the bounds of that very file.
   *
   * @param operator {@code and} to ask for all of the values, {@code or} for any
   * @param wanted the value that is asked for, by column and row
   */
  static String idsByValue(
      List<String> columns, String operator, BiFunction<String, Integer, Object> wanted) {
    return IntStream.range(0, Boundaries.count())
        .mapToObj(
            id ->
                columns.stream()
                    .map(column -> condition(column, wanted.apply(column, id)))
                    .collect(
                        Collectors.joining(" " + operator + " ", "(id = " + id + " and (", "))")))
        .collect(Collectors.joining(" or ", "select id from t where ", ""));
  }

  private static String condition(String column, Object value) {
    return value == null ? column + " is null" : column + " = " + literal(column, value);
  }

  private static String literal(String column, Object value) {
    String text = of(column, value);
    return switch (type(column).getTypeRoot()) {
      case VARCHAR -> "cast(X'" + text + "' as string)";
      case VARBINARY -> "X'" + text + "'";
      case DATE -> "date_from_unix_date(" + text + ")";
      case TIMESTAMP_WITHOUT_TIME_ZONE -> "cast(" + instant(text) + " as timestamp_ntz)";
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> instant(text);
      default -> "cast('" + text + "' as " + type(column).copy(true).asSummaryString() + ")";
    };
  }

  private static String instant(String micros) {
    return "timestamp_micros(cast('" + micros + "' as bigint))";
  }
}
