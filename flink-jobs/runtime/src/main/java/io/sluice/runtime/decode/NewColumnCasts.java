package io.sluice.runtime.decode;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.row.RowTypes;
import java.util.List;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** Brings the values of new columns as silver has them, where nothing is lost by it. */
final class NewColumnCasts {
  private final List<String> names;
  private final RowType type;

  /** None for values that stay as they are. */
  private final LosslessCast[] casts;

  private NewColumnCasts(RowType type, LosslessCast[] casts) {
    this.names = type.getFieldNames();
    this.type = type;
    this.casts = casts;
  }

  /**
   * @param columns of a writer's schema
   * @param silver the same columns with the types that the table has
   * @throws IncompatibleSchemaException if no value of one type can be one of the other
   */
  static NewColumnCasts of(List<Column> columns, RowType silver)
      throws IncompatibleSchemaException {
    LosslessCast[] casts = new LosslessCast[columns.size()];
    for (int i = 0; i < casts.length; i++) {
      Column column = columns.get(i);
      LogicalType own = RowTypes.logicalType(column);
      LogicalType theirs = silver.getTypeAt(i);
      if (!own.equals(theirs)) {
        if (!LosslessCast.isPossible(own, theirs) || isTime(column)) {
          throw new IncompatibleSchemaException(
              "Its new field '%s' is %s, but the column of silver is %s. Give the field another name, or write schemaChanges: lenient."
                  .formatted(column.name(), own.asSummaryString(), theirs.asSummaryString()));
        }
        casts[i] = LosslessCast.to(theirs);
      }
    }
    return new NewColumnCasts(silver, casts);
  }

  /** Times of day are numbers of some unit, which a cast would change. */
  private static boolean isTime(Column column) {
    return column.type() == Simple.TIME_MILLIS || column.type() == Simple.TIME_MICROS;
  }

  /** What the values are after a cast. */
  RowType type() {
    return type;
  }

  /**
   * @param value null stays null
   * @throws CodecException with rule incompatible_schema if the column cannot hold the value
   */
  Object cast(int column, Object value) throws CodecException {
    if (value == null || casts[column] == null) {
      return value;
    }
    try {
      return casts[column].cast(value);
    } catch (ArithmeticException e) {
      throw new CodecException(
          DecodeRule.INCOMPATIBLE_SCHEMA,
          "The new field '%s' is %s, which the column of silver, %s, cannot hold. Give the field another name, or widen the column while the job is stopped; then replay the record."
              .formatted(
                  names.get(column), value, type.getTypeAt(column).copy(true).asSummaryString()),
          e);
    }
  }
}
