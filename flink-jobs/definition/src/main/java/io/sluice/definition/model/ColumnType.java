package io.sluice.definition.model;

import java.io.Serializable;
import java.util.List;

/**
 * The type of a column, as the Avro schema of its dataset gives it, free of any engine's type
 * system.
 */
public sealed interface ColumnType extends Serializable {

  /** Types without parameters. Times and timestamps keep the unit in which Avro carries them. */
  enum Simple implements ColumnType {
    BOOLEAN,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    /** Avro string, enum and uuid. */
    STRING,
    /** Avro bytes and fixed without a logical type. */
    BYTES,
    DATE,
    /** Milliseconds of a day; no lake format has a time type, so it is stored as an integer. */
    TIME_MILLIS,
    /** Microseconds of a day; stored as a long. */
    TIME_MICROS,
    /** An instant, milliseconds since 1970-01-01T00:00:00Z. */
    TIMESTAMP_MILLIS,
    /** An instant, microseconds since 1970-01-01T00:00:00Z. */
    TIMESTAMP_MICROS,
    /** A wall-clock date and time without a zone, in milliseconds. */
    LOCAL_TIMESTAMP_MILLIS,
    /** A wall-clock date and time without a zone, in microseconds. */
    LOCAL_TIMESTAMP_MICROS
  }

  /**
   * A decimal number.
   *
   * @param precision digits in all, 1 to 38
   * @param scale digits behind the point, 0 to {@code precision}
   */
  record Decimal(int precision, int scale) implements ColumnType {
    /** The largest precision that Delta and Parquet readers agree on. */
    public static final int MAX_PRECISION = 38;

    public Decimal {
      if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "decimal(%d, %d) is not a decimal type: precision is 1 to 38, scale 0 to the precision"
                .formatted(precision, scale));
      }
    }

    @Override
    public String toString() {
      return "decimal(" + precision + ", " + scale + ")";
    }
  }

  /** A list whose elements share one type. */
  record Array(ColumnType element, boolean elementNullable) implements ColumnType {}

  /** A map from strings to values of one type. */
  record MapOf(ColumnType value, boolean valueNullable) implements ColumnType {}

  /** A nested record. */
  record Struct(List<Column> columns) implements ColumnType {
    public Struct {
      columns = List.copyOf(columns);
    }
  }

  /** Whether values of this type can be added and multiplied. */
  default boolean isNumeric() {
    return this instanceof Decimal
        || this == Simple.INT
        || this == Simple.LONG
        || this == Simple.FLOAT
        || this == Simple.DOUBLE;
  }

  /** Whether values of this type are instants, as event times must be. */
  default boolean isInstant() {
    return this == Simple.TIMESTAMP_MILLIS || this == Simple.TIMESTAMP_MICROS;
  }
}
