package io.sluice.connectors.jdbc;

import java.util.List;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * A column of a table that is there already, as {@code information_schema.columns} describes it; of
 * a domain, the type below it.
 *
 * @param type such as {@code numeric} or {@code character varying}; the name of a type that is not
 *     built in
 * @param precision of a number; null where there is none or no limit
 * @param scale of a number; null where there is none or no limit
 * @param fraction digits of a second; null where there is none
 */
record ExistingColumn(String type, Integer precision, Integer scale, Integer fraction) {
  private static final List<String> WHOLE = List.of("smallint", "integer", "bigint");
  private static final String NUMERIC = "numeric";
  private static final int MICROSECONDS = 6;

  /**
   * Whether the column keeps every value as it is, or refuses it: PostgreSQL rounds what a narrower
   * column takes, without a word.
   */
  boolean keeps(LogicalType wanted) {
    return switch (wanted.getTypeRoot()) {
      case CHAR, VARCHAR -> type.equals("text") || type.equals("character varying");
      case BOOLEAN -> type.equals("boolean");
      case TINYINT, SMALLINT -> keepsWhole("smallint", 5);
      case INTEGER -> keepsWhole("integer", 10);
      case BIGINT -> keepsWhole("bigint", 19);
      case FLOAT -> type.equals("real") || type.equals("double precision");
      case DOUBLE -> type.equals("double precision");
      case DECIMAL -> keepsDecimal((DecimalType) wanted);
      case DATE -> type.equals("date");
      case TIME_WITHOUT_TIME_ZONE -> keepsTime("time without time zone", wanted);
      case TIMESTAMP_WITHOUT_TIME_ZONE -> keepsTime("timestamp without time zone", wanted);
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> keepsTime("timestamp with time zone", wanted);
      case BINARY, VARBINARY -> type.equals("bytea");
      default -> false;
    };
  }

  private boolean keepsWhole(String wanted, int digits) {
    return WHOLE.indexOf(type) >= WHOLE.indexOf(wanted)
        || type.equals(NUMERIC) && (precision == null || precision - scale >= digits);
  }

  private boolean keepsDecimal(DecimalType wanted) {
    return type.equals(NUMERIC)
        && (precision == null
            || scale >= wanted.getScale()
                && precision - scale >= wanted.getPrecision() - wanted.getScale());
  }

  private boolean keepsTime(String name, LogicalType wanted) {
    return type.equals(name)
        && (fraction == null
            || fraction >= Math.min(MICROSECONDS, LogicalTypeChecks.getPrecision(wanted)));
  }

  /**
   * The part of an {@code ALTER TABLE} that gives the column another type. Values are cast as
   * PostgreSQL casts on request only; times with and without a zone are UTC, whatever the session's
   * zone is.
   *
   * @param wanted the type as the view's table has it
   */
  String alterSql(String quotedName, String wanted) {
    boolean sameInstants =
        wanted.equals("timestamptz") && type.equals("timestamp without time zone")
            || wanted.equals("timestamp") && type.equals("timestamp with time zone");
    return "ALTER COLUMN %1$s TYPE %2$s USING %1$s%3$s"
        .formatted(quotedName, wanted, sameInstants ? " AT TIME ZONE 'UTC'" : "::" + wanted);
  }

  /** The type as it is written in a definition. */
  String text() {
    if (type.equals(NUMERIC) && precision != null) {
      return "numeric(%d,%d)".formatted(precision, scale);
    }
    boolean rounds = fraction != null && fraction < MICROSECONDS;
    return rounds ? type.replaceFirst("^(time|timestamp)\\b", "$1(" + fraction + ")") : type;
  }
}
