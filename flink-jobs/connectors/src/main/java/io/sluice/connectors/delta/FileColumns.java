package io.sluice.connectors.delta;

import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.flink.table.types.logical.RowType;

/** The columns of a data file, and where rows hold their values. */
final class FileColumns {

  private final RowType type;
  private final int[] positions;

  private FileColumns(RowType type, int[] positions) {
    this.type = type;
    this.positions = positions;
  }

  /** All columns of the rows but some. */
  static FileColumns without(RowType rows, Collection<String> excluded) {
    List<String> names = List.copyOf(excluded);
    return new FileColumns(Columns.without(rows, names), Columns.indexesWithout(rows, names));
  }

  /**
   * With columns behind these.
   *
   * @param position where the rows hold the first of them; the others follow
   */
  FileColumns and(NewColumns added, int position) {
    List<RowType.RowField> fields = new ArrayList<>(type.getFields());
    fields.addAll(added.columns().getFields());
    int[] all = Arrays.copyOf(positions, fields.size());
    for (int i = positions.length; i < all.length; i++) {
      all[i] = position + i - positions.length;
    }
    return new FileColumns(new RowType(false, fields), all);
  }

  RowType type() {
    return type;
  }

  StructType schema() {
    return DeltaTypes.toDelta(type);
  }

  RowFields fields() {
    return RowFields.at(type, positions);
  }
}
