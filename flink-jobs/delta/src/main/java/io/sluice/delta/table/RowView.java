package io.sluice.delta.table;

import java.math.BigDecimal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The current row of a scan, without an object per row. Columns are counted in the order they were
 * asked for. Valid only inside {@link RowVisitor#visit}.
 */
@PublicEvolving
public interface RowView {

  boolean isNull(int column);

  boolean getBoolean(int column);

  /**
   * A whole number, a date (days since the epoch) or a timestamp (microseconds since the epoch).
   */
  long getLong(int column);

  /** A FLOAT or DOUBLE. */
  double getDouble(int column);

  BigDecimal getDecimal(int column);

  String getString(int column);

  /** Any type as a Java object, see {@link DeltaTables#rows}. */
  Object getValue(int column);
}
