package io.sluice.connectors.delta;

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
   * These and others.
   *
   * @param tablePath for the message
   * @throws IllegalStateException if two columns bear one name, but differ
   */
  NewColumns and(NewColumns others, String tablePath) {
    if (others.isEmpty() || others.equals(this)) {
      return this;
    }
    List<RowType.RowField> all = new ArrayList<>(columns.getFields());
    for (RowType.RowField added : others.columns.getFields()) {
      RowType.RowField known = find(all, added.getName());
      if (known == null) {
        all.add(added);
      } else if (!known.getName().equals(added.getName()) || !sameType(known, added)) {
        throw clash(known, added, tablePath);
      }
    }
    return all.size() == columns.getFieldCount() ? this : new NewColumns(new RowType(false, all));
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

  /** The column of a name in whatever case, which Delta does not tell apart; null if none. */
  private static RowType.RowField find(List<RowType.RowField> columns, String name) {
    return columns.stream()
        .filter(field -> field.getName().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }

  /** Whether values of one can be written as the other. */
  static boolean sameType(RowType.RowField a, RowType.RowField b) {
    return DeltaTypes.toDelta(new RowType(List.of(a)))
            .equals(DeltaTypes.toDelta(new RowType(List.of(b))))
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
