package io.sluice.runtime.aggregate;

import io.sluice.definition.Aggregate;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/** Access to the fields of a view's input rows, prepared once. */
final class ViewColumns {
  private final RowData.FieldGetter[] keys;
  private final RowData.FieldGetter[] arguments;

  ViewColumns(ViewLayout layout) {
    keys = new RowData.FieldGetter[layout.keyArity()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = RowData.createFieldGetter(layout.inputType().getTypeAt(i), i);
    }
    arguments = new RowData.FieldGetter[layout.aggregates().size()];
    for (int i = 0; i < arguments.length; i++) {
      Aggregate aggregate = layout.aggregates().get(i);
      int field = layout.firstArgument() + i;
      arguments[i] =
          aggregate.optionalArgument().isEmpty()
              ? null
              : RowData.createFieldGetter(layout.inputType().getTypeAt(field), field);
    }
  }

  /** One getter per aggregate; null where the aggregate counts rows. */
  RowData.FieldGetter[] arguments() {
    return arguments;
  }

  void copyKey(RowData input, GenericRowData result) {
    for (int i = 0; i < keys.length; i++) {
      result.setField(i, keys[i].getFieldOrNull(input));
    }
  }
}
