package io.sluice.connectors.jdbc;

import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;

/** The table of a view and its SQL. Every identifier is checked and quoted; values are bound. */
final class ViewTable implements Serializable {
  private static final long serialVersionUID = 1L;

  /** PostgreSQL cuts longer names silently. */
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,62}");

  private static final Pattern PARAMETER =
      Pattern.compile("unnamed portal parameter \\$(\\d{1,4})");

  private final String name;
  private final RowType rowType;
  private final ArrayList<String> columns;
  private final ArrayList<ColumnBinding> bindings = new ArrayList<>();
  private final ArrayList<String> keys;
  private final long firstVersion;

  ViewTable(String name, RowType rowType, List<String> keyColumns) {
    this(name, rowType, keyColumns, 0);
  }

  /**
   * A table.
   *
   * @param firstVersion see {@link JdbcViewSink#beginningAt}; 0 for a view that goes on
   */
  ViewTable(String name, RowType rowType, List<String> keyColumns, long firstVersion) {
    this.firstVersion = firstVersion;
    this.name = identifier("table", name);
    this.rowType = rowType;
    this.columns = new ArrayList<>(rowType.getFieldNames());
    this.keys = new ArrayList<>(keyColumns);
    for (RowType.RowField field : rowType.getFields()) {
      identifier("column of table " + name, field.getName());
      bindings.add(ColumnBinding.of(name, field.getName(), field.getType()));
    }
    if (keys.isEmpty() || !columns.containsAll(keys)) {
      throw new IllegalArgumentException(
          "table " + name + ": the key " + keys + " must name columns among " + columns);
    }
    int version = columns.indexOf(JdbcViewSink.VERSION);
    if (version < 0 || rowType.getTypeAt(version).getTypeRoot() != LogicalTypeRoot.BIGINT) {
      throw new IllegalArgumentException(
          "table " + name + ": there is no BIGINT column " + JdbcViewSink.VERSION);
    }
  }

  String name() {
    return name;
  }

  /**
   * The rows as serializers of Flink copy them: a time of day of microseconds is a long, but Flink
   * takes each TIME for an int of milliseconds.
   */
  RowType copiedType() {
    return new RowType(
        rowType.isNullable(),
        rowType.getFields().stream()
            .map(field -> new RowType.RowField(field.getName(), copied(field.getType())))
            .toList());
  }

  private static LogicalType copied(LogicalType type) {
    boolean micros = type instanceof TimeType time && time.getPrecision() > 3;
    return micros ? new BigIntType(type.isNullable()) : type;
  }

  List<String> keys() {
    return List.copyOf(keys);
  }

  /** Whether a column of the key can be null. */
  boolean nullableKey() {
    return keys.stream().anyMatch(this::nullable);
  }

  private boolean nullable(String column) {
    return rowType.getTypeAt(columns.indexOf(column)).isNullable();
  }

  /** This table for a view that begins anew: one of an earlier beginning is dropped first. */
  ViewTable beginningAt(long version) {
    return new ViewTable(name, rowType, keys, version);
  }

  /** Whether a table that does not bear the {@link #mark} is one of a former view. */
  boolean begins() {
    return firstVersion > 0;
  }

  /** The comment of a table that was made when the view began. */
  String mark() {
    return "Sluice view with versions above " + firstVersion;
  }

  String markSql() {
    return "COMMENT ON TABLE " + quotedName() + " IS '" + mark() + "'";
  }

  String dropSql() {
    return "DROP TABLE " + quotedName();
  }

  String quotedName() {
    return quote(name);
  }

  String addColumnSql(String column) {
    return "ALTER TABLE "
        + quotedName()
        + " ADD COLUMN IF NOT EXISTS "
        + quote(column)
        + " "
        + bindings.get(columns.indexOf(column)).sqlType();
  }

  /** Whether rows cannot do without a column, so that it cannot be added to old ones. */
  boolean required(String column) {
    return column.equals(JdbcViewSink.VERSION) || keys.contains(column);
  }

  /**
   * What is wrong with a table that is there already.
   *
   * @param existing its columns by name
   * @return a sentence with the remedy; empty when it takes the view's rows, once it has got the
   *     columns that it lacks
   */
  Optional<String> misfit(Map<String, ExistingColumn> existing) {
    List<String> needed = missingFrom(existing.keySet()).stream().filter(this::required).toList();
    if (!needed.isEmpty()) {
      return Optional.of(
          "table %s exists in PostgreSQL but lacks the columns %s; add them, or %s"
              .formatted(name, needed, makeAnew()));
    }
    List<String> problems = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      ExistingColumn column = existing.get(columns.get(i));
      String type = bindings.get(i).sqlType();
      if (column != null && !column.keeps(rowType.getTypeAt(i))) {
        problems.add(
            "column %s is %s, but the view has %s".formatted(columns.get(i), column.text(), type));
        remedies.add(column.alterSql(quote(columns.get(i)), type));
      }
    }
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "view %s: its table in PostgreSQL cannot hold the view's values as they are: %s. Change it with ALTER TABLE %s %s, or give the view another name, or begin it anew: drop the table before a start without a savepoint"
                .formatted(
                    name, String.join("; ", problems), quotedName(), String.join(", ", remedies)));
  }

  /**
   * How the job comes to create the table: a start that goes on with the view refuses to go on
   * without it.
   */
  String makeAnew() {
    return "drop the table and start with --restart-view %s or without a savepoint, so that the job creates it"
        .formatted(name);
  }

  /** A message of the server with the names of columns instead of the numbers of parameters. */
  String named(String message) {
    return PARAMETER
        .matcher(message)
        .replaceAll(
            found -> {
              int column = Integer.parseInt(found.group(1)) - 1;
              return Matcher.quoteReplacement(
                  column < columns.size() ? "column " + columns.get(column) : found.group());
            });
  }

  /** The columns that are not among the given ones. */
  List<String> missingFrom(Set<String> existing) {
    return columns.stream().filter(column -> !existing.contains(column)).toList();
  }

  String createSql() {
    StringBuilder sql = new StringBuilder("CREATE TABLE IF NOT EXISTS ").append(quote(name));
    sql.append(" (");
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      boolean required =
          column.equals(JdbcViewSink.VERSION) || (keys.contains(column) && !nullable(column));
      sql.append(quote(column)).append(' ').append(bindings.get(i).sqlType());
      sql.append(required ? " NOT NULL, " : ", ");
    }
    // Null is a key like any other, which a primary key cannot have.
    sql.append(nullableKey() ? "UNIQUE NULLS NOT DISTINCT (" : "PRIMARY KEY (");
    return sql.append(quoted(keys)).append("))").toString();
  }

  String upsertSql() {
    String values = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    String updates =
        columns.stream()
            .filter(column -> !keys.contains(column))
            .map(column -> quote(column) + " = EXCLUDED." + quote(column))
            .collect(Collectors.joining(", "));
    String fence = quote(JdbcViewSink.VERSION);
    return "INSERT INTO "
        + quote(name)
        + " AS t ("
        + quoted(columns)
        + ") VALUES ("
        + values
        + ") ON CONFLICT ("
        + quoted(keys)
        + ") DO UPDATE SET "
        + updates
        + " WHERE t."
        + fence
        + " <= EXCLUDED."
        + fence;
  }

  /**
   * The values of a row as the driver takes them.
   *
   * @throws DateTimeException for a time that PostgreSQL cannot hold; names the column
   */
  Object[] values(RowData row) {
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = bindings.get(i).value(row, i);
      } catch (DateTimeException e) {
        throw new DateTimeException("column " + columns.get(i) + ": " + e.getMessage(), e);
      }
    }
    return values;
  }

  void bind(PreparedStatement statement, Object[] values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      bindings.get(i).bind(statement, i + 1, values[i]);
    }
  }

  private static String identifier(String what, String name) {
    if (!IDENTIFIER.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what
              + ": '"
              + name
              + "' cannot be a name in PostgreSQL here; use letters, digits, '_' and '-', at most"
              + " 63, not beginning with a digit or '-'");
    }
    return name;
  }

  private static String quoted(List<String> names) {
    return names.stream().map(ViewTable::quote).collect(Collectors.joining(", "));
  }

  private static String quote(String identifier) {
    return '"' + identifier + '"';
  }
}
