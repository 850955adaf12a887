package io.sluice.cli.query;

import io.sluice.delta.table.TableFiles;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A table version as a DuckDB view over its data files. */
final class FilesView {
  private static final int ROWS_PER_INSERT = 1_000;
  private static final String FILE = "_sluice_file";
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),(\\d+)\\)");

  private final String name;
  private final TableFiles table;

  /**
   * @param name quoted schema and name
   */
  FilesView(String name, TableFiles table) {
    this.name = name;
    this.table = table;
  }

  /** What makes the view, in order. */
  List<String> statements(Connection connection) throws SQLException {
    List<String> statements = new ArrayList<>();
    if (table.files().isEmpty()) {
      statements.add(
          "CREATE VIEW %s AS SELECT %s WHERE false"
              .formatted(name, columns(column -> "NULL", Set.of())));
      return statements;
    }
    Set<String> there = columnsOfFiles(connection);
    boolean partitioned = table.columns().stream().anyMatch(TableFiles.Column::partition);
    boolean deletions = table.files().stream().anyMatch(file -> file.deleted().length > 0);
    StringBuilder from = new StringBuilder("FROM " + read() + " r");
    if (partitioned) {
      statements.addAll(partitionRows());
      from.append(" JOIN %s p ON p.file = r.%s".formatted(side("files"), FILE));
    }
    if (deletions) {
      statements.addAll(deletedRows());
      from.append(
          " WHERE NOT EXISTS (SELECT 1 FROM %s d WHERE d.file = r.%s AND d.row = r.file_row_number)"
              .formatted(side("deleted"), FILE));
    }
    String select = columns(FilesView::source, there);
    statements.add("CREATE VIEW %s AS SELECT %s %s".formatted(name, select, from));
    return statements;
  }

  private interface Source {
    String of(TableFiles.Column column);
  }

  private static String source(TableFiles.Column column) {
    return (column.partition() ? "p." : "r.") + TableReferences.quoted(column.fileName());
  }

  /** Every column in the table's order and type; one that no file has is null. */
  private String columns(Source source, Set<String> there) {
    return table.columns().stream()
        .map(
            column -> {
              boolean known = column.partition() || there.contains(column.fileName());
              String value = known ? source.of(column) : "NULL";
              String type = type(column.type());
              return (type.isEmpty() ? value : "CAST(%s AS %s)".formatted(value, type))
                  + " AS "
                  + TableReferences.quoted(column.name());
            })
        .collect(Collectors.joining(", "));
  }

  private Set<String> columnsOfFiles(Connection connection) throws SQLException {
    Set<String> names = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet columns = statement.executeQuery("DESCRIBE SELECT * FROM " + read())) {
      while (columns.next()) {
        names.add(columns.getString(1));
      }
    }
    return names;
  }

  private String read() {
    String files =
        table.files().stream()
            .map(file -> text(file.path().toString()))
            .collect(Collectors.joining(", ", "[", "]"));
    return "read_parquet(%s, union_by_name = true, hive_partitioning = false, filename = '%s', file_row_number = true)"
        .formatted(files, FILE);
  }

  /** A helper table beside the view. */
  private String side(String what) {
    int end = name.length() - 1;
    return name.substring(0, end) + "@" + what + '"';
  }

  private List<String> partitionRows() {
    List<TableFiles.Column> partitions =
        table.columns().stream().filter(TableFiles.Column::partition).toList();
    List<String> rows = new ArrayList<>();
    for (TableFiles.File file : table.files()) {
      List<String> values = new ArrayList<>(List.of(text(file.path().toString())));
      for (TableFiles.Column column : partitions) {
        values.add(literal(column.type(), file.partitionValues().get(column.fileName())));
      }
      rows.add("(" + String.join(", ", values) + ")");
    }
    String columns =
        partitions.stream()
            .map(column -> TableReferences.quoted(column.fileName()) + " " + type(column.type()))
            .collect(Collectors.joining(", "));
    return filled(side("files"), "file VARCHAR, " + columns, rows);
  }

  private List<String> deletedRows() {
    List<String> rows = new ArrayList<>();
    for (TableFiles.File file : table.files()) {
      for (int row : file.deleted()) {
        rows.add("(%s, %d)".formatted(text(file.path().toString()), Integer.toUnsignedLong(row)));
      }
    }
    return filled(side("deleted"), "file VARCHAR, row BIGINT", rows);
  }

  private static List<String> filled(String table, String columns, List<String> rows) {
    List<String> statements = new ArrayList<>();
    statements.add("CREATE TABLE %s (%s)".formatted(table, columns));
    for (int from = 0; from < rows.size(); from += ROWS_PER_INSERT) {
      List<String> some = rows.subList(from, Math.min(rows.size(), from + ROWS_PER_INSERT));
      statements.add("INSERT INTO %s VALUES %s".formatted(table, String.join(", ", some)));
    }
    return statements;
  }

  /** DuckDB's name of a Delta type; empty for a nested one, which keeps the file's type. */
  private static String type(String delta) {
    Matcher decimal = DECIMAL.matcher(delta);
    if (decimal.matches()) {
      return "DECIMAL(%s, %s)".formatted(decimal.group(1), decimal.group(2));
    }
    return switch (delta) {
      case "string" -> "VARCHAR";
      case "boolean" -> "BOOLEAN";
      case "byte" -> "TINYINT";
      case "short" -> "SMALLINT";
      case "integer" -> "INTEGER";
      case "long" -> "BIGINT";
      case "float" -> "FLOAT";
      case "double" -> "DOUBLE";
      case "binary" -> "BLOB";
      case "date" -> "DATE";
      case "timestamp" -> "TIMESTAMPTZ";
      case "timestamp_ntz" -> "TIMESTAMP";
      default -> "";
    };
  }

  private static String literal(String type, Object value) {
    if (value == null) {
      return "NULL";
    }
    return switch (type) {
      case "date" -> "DATE '1970-01-01' + %d".formatted((Long) value);
      case "timestamp" -> "make_timestamptz(%d)".formatted((Long) value);
      case "timestamp_ntz" -> "make_timestamp(%d)".formatted((Long) value);
      case "binary" -> "from_hex('%s')".formatted(HexFormat.of().formatHex((byte[]) value));
      default ->
          text(value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString());
    };
  }

  /** A literal. */
  static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
