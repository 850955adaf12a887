package io.sluice.connectors.delta;

import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * Columns of data files beyond those that a sink was built with.
 *
 * @param columns in the order in which they turned up; all nullable in the table
 */
record NewColumns(RowType columns) {

  static final NewColumns NONE = new NewColumns(new RowType(false, List.of()));

  /** The reverse of {@link #encode}. */
  static NewColumns decode(String text) {
    return text.isEmpty() ? NONE : new NewColumns(parse(text));
  }

  /**
   * @param text a serialisable Flink type
   * @throws IllegalArgumentException if it is not that of a row
   */
  static RowType parse(String text) {
    if (LogicalTypeParser.parse(text, NewColumns.class.getClassLoader()) instanceof RowType row) {
      return row;
    }
    throw new IllegalArgumentException(
        "New columns are described by '" + text + "', which is not a row type");
  }

  String encode() {
    return isEmpty() ? "" : columns.asSerializableString();
  }

  boolean isEmpty() {
    return columns.getFieldCount() == 0;
  }

  /**
   * These and others; of two types of a column the wider one.
   *
   * @param tablePath for the message
   * @throws IllegalStateException if two columns bear one name, but neither type holds the other
   */
  NewColumns and(NewColumns others, String tablePath) {
    if (others.isEmpty() || others.equals(this)) {
      return this;
    }
    List<RowType.RowField> all = new ArrayList<>(columns.getFields());
    for (RowType.RowField added : others.columns.getFields()) {
      int at = find(all, added.getName());
      if (at < 0) {
        all.add(added);
      } else {
        all.set(at, wider(all.get(at), added, tablePath));
      }
    }
    return all.equals(columns.getFields()) ? this : new NewColumns(new RowType(false, all));
  }

  private static RowType.RowField wider(
      RowType.RowField known, RowType.RowField added, String tablePath) {
    boolean sameName = known.getName().equals(added.getName());
    if (sameName && (sameType(known, added) || widens(added, known))) {
      return known;
    } else if (sameName && widens(known, added)) {
      return added;
    }
    throw clash(known, added, tablePath);
  }

  private static IllegalStateException clash(
      RowType.RowField known, RowType.RowField added, String tablePath) {
    return new IllegalStateException(
        "Two new columns of table %s do not go together: '%s' (%s) and '%s' (%s). No row is lost: they come again when the job restarts. Give one of them another name, or set the table's schema policy to LENIENT to pass over new columns"
            .formatted(
                tablePath,
                known.getName(),
                known.getType().asSummaryString(),
                added.getName(),
                added.getType().asSummaryString()));
  }

  /** Where the column of a name is, in whatever case, which Delta does not tell apart. */
  private static int find(List<RowType.RowField> columns, String name) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).getName().equalsIgnoreCase(name))
        .findFirst()
        .orElse(-1);
  }

  /** These with the types of a table, where those are wider. */
  NewColumns widened(StructType table) {
    List<RowType.RowField> all = new ArrayList<>();
    for (RowType.RowField column : columns.getFields()) {
      int at = table.indexOf(column.getName());
      RowType.RowField there =
          at < 0
              ? column
              : FlinkTypes.toFlink(new StructType(List.of(table.at(at)))).getFields().get(0);
      all.add(widens(column, there) ? there : column);
    }
    return all.equals(columns.getFields()) ? this : new NewColumns(new RowType(false, all));
  }

  /** Whether the second column holds every value of the first, and more. */
  static boolean widens(RowType.RowField from, RowType.RowField to) {
    return TypeWidening.widens(dataType(from), dataType(to));
  }

  private static DataType dataType(RowType.RowField column) {
    return DeltaTypes.toDelta(new RowType(List.of(column))).at(0).getDataType();
  }

  /** Whether values of one can be written as the other. */
  static boolean sameType(RowType.RowField a, RowType.RowField b) {
    return a.getName().equals(b.getName())
        && dataType(a).equals(dataType(b))
        && (a.getType().getChildren().isEmpty() || sameForm(a.getType(), b.getType()));
  }

  /** Values within nested ones are read by their exact type; only nullability does not count. */
  private static boolean sameForm(LogicalType a, LogicalType b) {
    List<LogicalType> left = a.getChildren();
    List<LogicalType> right = b.getChildren();
    if (left.isEmpty()) {
      return a.copy(true).equals(b.copy(true));
    }
    return left.size() == right.size()
        && IntStream.range(0, left.size()).allMatch(i -> sameForm(left.get(i), right.get(i)));
  }
}
