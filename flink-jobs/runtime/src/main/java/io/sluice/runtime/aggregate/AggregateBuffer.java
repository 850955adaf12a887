package io.sluice.runtime.aggregate;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.ColumnType;
import io.sluice.runtime.row.RowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * All aggregates of one group on the heap, changed in place, and how many events went in. The
 * number of events is the version that fences the serving stores: it only ever grows.
 */
final class AggregateBuffer {

  /** Fixed layout of the state of one view's groups: the version, then the cells' states. */
  static final class Layout {
    private final List<Aggregate> aggregates;
    private final List<Aggregate> cells = new ArrayList<>();
    private final int[] cellOf;
    private final RowType stateType;

    Layout(List<Aggregate> aggregates) {
      this.aggregates = List.copyOf(aggregates);
      this.cellOf = new int[aggregates.size()];
      List<LogicalType> types = new ArrayList<>();
      types.add(new BigIntType(false));
      for (int i = 0; i < aggregates.size(); i++) {
        cellOf[i] = cells.size();
        addCells(aggregates.get(i));
      }
      cells.forEach(cell -> types.add(RowTypes.logicalType(Cell.stateType(cell), true)));
      stateType = RowType.of(types.toArray(new LogicalType[0]));
    }

    private void addCells(Aggregate aggregate) {
      if (aggregate.function() != Aggregate.Function.AVG) {
        cells.add(aggregate);
        return;
      }
      cells.add(
          new Aggregate(
              aggregate.name(), Aggregate.Function.SUM, aggregate.argument(), aggregate.type()));
      cells.add(
          new Aggregate(
              aggregate.name(),
              Aggregate.Function.COUNT,
              aggregate.argument(),
              ColumnType.Simple.LONG));
    }

    RowType stateType() {
      return stateType;
    }

    /** Where a row that holds a state from its field {@code first} on keeps it. */
    StateFields fieldsFrom(int first) {
      RowData.FieldGetter[] getters = new RowData.FieldGetter[cells.size()];
      for (int i = 0; i < getters.length; i++) {
        getters[i] = RowData.createFieldGetter(stateType.getTypeAt(i + 1), first + i + 1);
      }
      return new StateFields(first, getters);
    }
  }

  /** Access to a state inside a row. */
  record StateFields(int version, RowData.FieldGetter[] cells) {}

  private final Layout layout;
  private final Cell[] cells;
  private long version;

  AggregateBuffer(Layout layout) {
    this.layout = layout;
    this.cells = new Cell[layout.cells.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = Cell.of(layout.cells.get(i));
    }
  }

  /**
   * Folds one event in. Whether it can be folded in was decided before, by {@link ViewInput}.
   *
   * @param arguments one per aggregate; anything for {@code count()}
   */
  void add(Object[] arguments) {
    version++;
    for (int i = 0; i < arguments.length; i++) {
      Aggregate aggregate = layout.aggregates.get(i);
      if (aggregate.argument() == null || arguments[i] != null) {
        cells[layout.cellOf[i]].add(arguments[i]);
        if (aggregate.function() == Aggregate.Function.AVG) {
          cells[layout.cellOf[i] + 1].add(arguments[i]);
        }
      }
    }
  }

  /** Folds in what another buffer of the same layout gathered. */
  void merge(RowData row, StateFields fields) {
    version += row.getLong(fields.version());
    for (int i = 0; i < cells.length; i++) {
      cells[i].merge(fields.cells()[i].getFieldOrNull(row));
    }
  }

  /** How many events went in. */
  long version() {
    return version;
  }

  GenericRowData state() {
    GenericRowData row = new GenericRowData(cells.length + 1);
    writeState(row, 0);
    return row;
  }

  /** Writes the state into the fields of a row from {@code first} on. */
  void writeState(GenericRowData row, int first) {
    row.setField(first, version);
    for (int i = 0; i < cells.length; i++) {
      row.setField(first + i + 1, cells[i].state());
    }
  }

  /** A result that its column cannot hold. */
  record Misfit(String column, String reason) {}

  /**
   * Writes the results and the version behind the fields that a result row already has.
   *
   * @param firstVersion what the view's versions begin behind
   * @return the first result that does not fit; all that do not are null in the row
   */
  Optional<Misfit> writeResult(GenericRowData result, int first, long firstVersion) {
    Optional<Misfit> misfit = Optional.empty();
    for (int i = 0; i < layout.cellOf.length; i++) {
      Object value = null;
      try {
        value = result(i);
      } catch (ArithmeticException e) {
        if (misfit.isEmpty()) {
          misfit = Optional.of(new Misfit(layout.aggregates.get(i).name(), e.getMessage()));
        }
      }
      result.setField(first + i, value);
    }
    result.setField(first + layout.cellOf.length, firstVersion + version);
    return misfit;
  }

  private Object result(int index) {
    Aggregate aggregate = layout.aggregates.get(index);
    int cell = layout.cellOf[index];
    return aggregate.function() == Aggregate.Function.AVG
        ? Cell.average(
            aggregate.name(), (Sums) cells[cell], (Long) cells[cell + 1].state(), aggregate.type())
        : cells[cell].result();
  }
}
