package io.sluice.delta.schema;

import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.TypeChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Types that hold every value of another: larger whole numbers, DOUBLE for FLOAT and for whole
 * numbers up to INT, and decimals with more digits on one side or both. The protocol's feature
 * {@code typeWidening} allows more.
 */
@Internal
public final class TypeWidening {

  static final String PROPERTY = "delta.enableTypeWidening";

  private static final List<Class<? extends DataType>> WHOLE_NUMBERS =
      List.of(ByteType.class, ShortType.class, IntegerType.class, LongType.class);

  private TypeWidening() {}

  /** Whether the second type is wider than the first; not when they are the same. */
  static boolean widens(DataType from, DataType to) {
    if (from instanceof DecimalType narrow && to instanceof DecimalType wide) {
      int digits = narrow.getPrecision() - narrow.getScale();
      return !narrow.equals(wide)
          && wide.getScale() >= narrow.getScale()
          && wide.getPrecision() - wide.getScale() >= digits;
    }
    int narrow = WHOLE_NUMBERS.indexOf(from.getClass());
    if (to instanceof DoubleType) {
      return from instanceof FloatType || narrow >= 0 && !(from instanceof LongType);
    }
    return narrow >= 0 && narrow < WHOLE_NUMBERS.indexOf(to.getClass());
  }

  /**
   * The wider one of two types, or the type that both are; nothing when neither holds the other.
   */
  public static Optional<DataType> wider(DataType a, DataType b) {
    if (a.equals(b) || widens(b, a)) {
      return Optional.of(a);
    }
    return widens(a, b) ? Optional.of(b) : Optional.empty();
  }

  /** The column of a table some of whose files have a narrower type; readers find it in there. */
  static StructField from(DataType narrower, StructField column) {
    if (column.getTypeChanges().stream().anyMatch(change -> change.getFrom().equals(narrower))) {
      return column;
    }
    List<TypeChange> changes = new ArrayList<>(column.getTypeChanges());
    changes.add(new TypeChange(narrower, column.getDataType()));
    return column.withTypeChanges(changes);
  }

  /** Whether a table's types may be widened: unless somebody has said no. */
  public static boolean isAllowed(Map<String, String> tableProperties) {
    return !"false".equalsIgnoreCase(tableProperties.get(PROPERTY));
  }

  /** The value as one of a wider type; null stays null. */
  public static Object wider(Object value, LogicalType to) {
    if (value == null) {
      return null;
    }
    if (value instanceof DecimalData decimal) {
      return DecimalData.fromBigDecimal(
          decimal.toBigDecimal(),
          LogicalTypeChecks.getPrecision(to),
          LogicalTypeChecks.getScale(to));
    }
    Number number = (Number) value;
    return switch (to.getTypeRoot()) {
      case SMALLINT -> number.shortValue();
      case INTEGER -> number.intValue();
      case BIGINT -> number.longValue();
      case DOUBLE -> number.doubleValue();
      default -> throw new IllegalArgumentException("No type is widened to " + to);
    };
  }
}
