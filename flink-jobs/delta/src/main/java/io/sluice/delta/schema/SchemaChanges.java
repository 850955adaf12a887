package io.sluice.delta.schema;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/**
 * How a sink deals with columns that its table lacks.
 *
 * @param policy what happens to them
 * @param arity how many fields the rows have; of no meaning without a field of new columns
 * @param position of the field that brings new columns along, -1 for none
 */
@Internal
public record SchemaChanges(SchemaPolicy policy, int arity, int position) implements Serializable {

  private static final int NONE = -1;

  /** Rows that bring no columns along. */
  public static SchemaChanges of(SchemaPolicy policy) {
    return new SchemaChanges(policy, 0, NONE);
  }

  public SchemaChanges with(SchemaPolicy other) {
    return new SchemaChanges(other, arity, position);
  }

  /**
   * Rows whose field {@code column} brings columns along.
   *
   * @throws IllegalArgumentException if the rows have no such field, or the sink writes it itself
   */
  public SchemaChanges with(RowType written, RowType rows, String column) {
    int at = Columns.index(rows, column, "The field of new columns");
    int columns = written.getFieldCount();
    if (at < columns
        || !rows.getFieldNames().subList(0, columns).equals(written.getFieldNames())
        || !isNewColumns(rows.getTypeAt(at))) {
      throw new IllegalArgumentException(
          "The field of new columns '"
              + column
              + "' must be a nullable ROW<type STRING, row BYTES> behind the columns "
              + written.getFieldNames()
              + "; the rows are "
              + rows.asSummaryString());
    }
    return new SchemaChanges(policy, rows.getFieldCount(), at);
  }

  private static boolean isNewColumns(LogicalType type) {
    List<LogicalType> children = type.getChildren();
    return type.is(LogicalTypeRoot.ROW)
        && type.isNullable()
        && children.size() == 2
        && children.get(0).is(LogicalTypeRoot.VARCHAR)
        && children.get(1).is(LogicalTypeRoot.VARBINARY);
  }

  public boolean inRows() {
    return position != NONE;
  }
}
