package io.sluice.delta.schema;

import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * Columns of data files beyond those that a sink was built with.
 *
 * @param columns in the order in which they turned up; all nullable in the table
 * @param narrower some of the columns with types that some of the files have instead
 */
@Internal
public record NewColumns(RowType columns, List<RowType.RowField> narrower) {

  /** The folder below a table that keeps what new columns were settled to look like. */
  public static final String CLAIMS_FOLDER = "_sluice_columns";

  public static final NewColumns NONE = new NewColumns(new RowType(false, List.of()));

  /** No type's text has one, nor may the names of columns in a table. */
  private static final String SEPARATOR = "\n";

  public NewColumns {
    narrower = List.copyOf(narrower);
  }

  public NewColumns(RowType columns) {
    this(columns, List.of());
  }

  /** The reverse of {@link #encode}. */
  public static NewColumns decode(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    String[] types = text.split(SEPARATOR);
    return new NewColumns(
        parse(types[0]),
        Arrays.stream(types).skip(1).map(type -> parse(type).getFields().get(0)).toList());
  }

  /**
   * @param text a serialisable Flink type
   * @throws IllegalArgumentException if it is not that of a row
   */
  public static RowType parse(String text) {
    if (LogicalTypeParser.parse(text, NewColumns.class.getClassLoader()) instanceof RowType row) {
      return row;
    }
    throw new IllegalArgumentException(
        "New columns are described by '" + text + "', which is not a row type");
  }

  public String encode() {
    if (isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(columns.asSerializableString());
    for (RowType.RowField column : narrower) {
      text.append(SEPARATOR).append(new RowType(false, List.of(column)).asSerializableString());
    }
    return text.toString();
  }

  public boolean isEmpty() {
    return columns.getFieldCount() == 0;
  }

  /**
   * These and others; of two types of a column the wider one.
   *
   * @param tablePath for the message
   * @throws IllegalStateException if two columns bear one name, but neither type holds the other
   */
  public NewColumns and(NewColumns others, String tablePath) {
    if (others.isEmpty() || others.equals(this)) {
      return this;
    }
    List<RowType.RowField> all = new ArrayList<>(columns.getFields());
    Set<RowType.RowField> less = new LinkedHashSet<>(narrower);
    less.addAll(others.narrower);
    for (RowType.RowField added : others.columns.getFields()) {
      int at = find(all, added.getName());
      if (at < 0) {
        all.add(added);
        continue;
      }
      RowType.RowField known = all.get(at);
      if (!added.getName().equals(known.getName())) {
        throw clash(known, added, tablePath);
      } else if (widens(known, added)) {
        all.set(at, added);
        less.add(known);
      } else if (widens(added, known)) {
        less.add(added);
      } else if (!sameType(known, added)) {
        throw clash(known, added, tablePath);
      }
    }
    return new NewColumns(new RowType(false, all), List.copyOf(less));
  }

  /** Whether all of others are among these, with these or narrower types. */
  public boolean hold(NewColumns others) {
    return others.columns.getFields().stream().allMatch(this::holds);
  }

  private boolean holds(RowType.RowField other) {
    int at = columns.getFieldIndex(other.getName());
    return at >= 0
        && (sameType(other, columns.getFields().get(at))
            || widens(other, columns.getFields().get(at)));
  }

  /** Every column with every type that files have, each the only one of a schema. */
  List<StructField> all() {
    return Stream.concat(columns.getFields().stream(), narrower.stream())
        .map(column -> DeltaTypes.toDelta(new RowType(List.of(column))).at(0))
        .toList();
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
  public NewColumns widened(StructType table) {
    List<RowType.RowField> all = new ArrayList<>();
    for (RowType.RowField column : columns.getFields()) {
      int at = table.indexOf(column.getName());
      RowType.RowField there =
          at < 0
              ? column
              : FlinkTypes.toFlink(new StructType(List.of(table.at(at)))).getFields().get(0);
      all.add(widens(column, there) ? there : column);
    }
    return new NewColumns(new RowType(false, all), narrower);
  }

  /** Whether the second column holds every value of the first, and more. */
  public static boolean widens(RowType.RowField from, RowType.RowField to) {
    return TypeWidening.widens(dataType(from), dataType(to));
  }

  private static DataType dataType(RowType.RowField column) {
    return DeltaTypes.toDelta(new RowType(List.of(column))).at(0).getDataType();
  }

  /** Whether values of one can be written as the other. */
  public static boolean sameType(RowType.RowField a, RowType.RowField b) {
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
