package io.sluice.runtime.aggregate;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Pipeline.EventTime;
import io.sluice.runtime.expression.Evaluator;
import io.sluice.runtime.expression.ExpressionCompiler;
import io.sluice.runtime.silver.SilverLayout;
import java.io.Serializable;
import java.time.DateTimeException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/** What a view takes from a silver row: its key, its event time, its arguments. */
final class ViewInput implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ViewLayout layout;
  private final SilverLayout silver;
  private final int eventTimeIndex;
  private final int precision;

  private transient RowData.FieldGetter[] keys;
  private transient Evaluator[] arguments;
  private transient Object[] values;
  private transient String reason;

  ViewInput(ViewLayout layout, SilverLayout silver, EventTime eventTime) {
    this.layout = layout;
    this.silver = silver;
    this.eventTimeIndex = silver.indexOf(eventTime.field());
    this.precision = LogicalTypeChecks.getPrecision(silver.silverType().getTypeAt(eventTimeIndex));
  }

  void open() {
    keys = new RowData.FieldGetter[layout.keyArity()];
    for (int i = 0; i < keys.length; i++) {
      int index = silver.indexOf(layout.key().get(i));
      keys[i] = key(silver.silverType().getTypeAt(index), index);
    }
    arguments = new Evaluator[layout.aggregates().size()];
    for (int i = 0; i < arguments.length; i++) {
      Aggregate aggregate = layout.aggregates().get(i);
      arguments[i] =
          aggregate
              .optionalArgument()
              .map(argument -> ExpressionCompiler.compile(argument, silver.columns()))
              .orElse(null);
    }
    values = new Object[arguments.length];
  }

  /** Zero and minus zero are one key, as stores have it, and so is all that is no number. */
  static RowData.FieldGetter key(LogicalType type, int index) {
    RowData.FieldGetter getter = RowData.createFieldGetter(type, index);
    return switch (type.getTypeRoot()) {
      case FLOAT ->
          row -> getter.getFieldOrNull(row) instanceof Float f ? canonical(f.floatValue()) : null;
      case DOUBLE ->
          row -> getter.getFieldOrNull(row) instanceof Double d ? canonical(d.doubleValue()) : null;
      default -> getter;
    };
  }

  private static Float canonical(float value) {
    return Float.isNaN(value) ? Float.NaN : value + 0.0f;
  }

  private static Double canonical(double value) {
    return Double.isNaN(value) ? Double.NaN : value + 0.0;
  }

  /** Whether the row has an event time at all. */
  boolean hasEventTime(RowData row) {
    return !row.isNullAt(eventTimeIndex);
  }

  /** Event time in epoch milliseconds; only for rows that have one. */
  long eventTimeMillis(RowData row) {
    return row.getTimestamp(eventTimeIndex, precision).getMillisecond();
  }

  /** Fills the first fields of the target with the view's key. */
  void copyKey(RowData row, GenericRowData target) {
    for (int i = 0; i < keys.length; i++) {
      target.setField(i, keys[i].getFieldOrNull(row));
    }
  }

  /**
   * Computes what the aggregates take from a row, before any of them takes it: a row goes into all
   * of them or into none.
   *
   * @return null, or the column of the aggregate whose argument cannot be computed; {@link #reason}
   *     says why
   */
  String compute(RowData row) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] == null) {
        continue;
      }
      try {
        values[i] = arguments[i].evaluate(row);
        requireFinite(values[i]);
      } catch (ArithmeticException | DateTimeException e) {
        reason = e.getMessage();
        return layout.aggregates().get(i).name();
      }
    }
    return null;
  }

  private static void requireFinite(Object value) {
    boolean floating = value instanceof Double || value instanceof Float;
    boolean finite = !floating || Double.isFinite(((Number) value).doubleValue());
    if (!finite) {
      throw new ArithmeticException("The argument is %s, which is no number.".formatted(value));
    }
  }

  /** Why the last row could not be computed. */
  String reason() {
    return reason;
  }

  /** What {@link #compute} gave, one per aggregate; the next row overwrites it. */
  Object[] values() {
    return values;
  }
}
