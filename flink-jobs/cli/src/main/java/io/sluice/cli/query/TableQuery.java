package io.sluice.cli.query;

import io.sluice.cli.platform.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A query of one table, put together from its parts. */
public final class TableQuery {
  private final String table;
  private final Optional<Long> version;
  private String columns = "*";
  private String where = "";
  private String orderBy = "";

  private TableQuery(String table, Optional<Long> version) {
    this.table = table;
    this.version = version;
  }

  /**
   * All rows of a table.
   *
   * @param table as {@code LAYER/NAME}
   * @param version empty for the newest
   */
  public static TableQuery of(String table, Optional<Long> version) {
    return new TableQuery(table, version);
  }

  /** Only these columns; all if empty. */
  public TableQuery columns(List<String> names) {
    if (!names.isEmpty()) {
      columns = names.stream().map(TableReferences::quoted).collect(Collectors.joining(", "));
    }
    return this;
  }

  /** Only rows for which a SQL expression is true; all if null. */
  public TableQuery where(String expression) {
    where = expression == null ? "" : " WHERE (" + expression + "\n)";
    return this;
  }

  /** In the order of SQL expressions; in any if null. */
  public TableQuery orderBy(String expressions) {
    orderBy = expressions == null ? "" : " ORDER BY " + expressions + "\n";
    return this;
  }

  /**
   * The rows.
   *
   * @param count whether only their number is wanted, as the column {@code rows}
   * @throws io.sluice.cli.text.CommandFailure if there is no such table, or an expression is wrong
   */
  public Tables.Rows run(Tables tables, boolean count, int limit) throws IOException {
    long read = version.orElse(-1L);
    String[] parts = table.split("/", 2);
    if (parts.length < 2 || !tables.list().contains(table)) {
      // Says which tables there are.
      return tables.rows(table, version, List.of(), limit);
    }
    String from =
        " FROM %s.%s%s"
            .formatted(
                TableReferences.quoted(parts[0]),
                TableReferences.quoted(parts[1]),
                version.map(number -> " AT (VERSION => " + number + ")").orElse(""));
    String sql =
        count
            ? "SELECT count(*) AS rows" + from + where
            : "SELECT " + columns + from + where + orderBy + " LIMIT " + limit;
    List<String> names = new ArrayList<>();
    List<List<Object>> rows = new ArrayList<>();
    try (LakeQuery query = new LakeQuery(tables)) {
      query.run(
          sql,
          new LakeQuery.Target() {
            @Override
            public void columns(List<String> found) {
              names.addAll(found);
            }

            @Override
            public void row(List<Object> values) {
              rows.add(values);
            }
          });
    }
    return new Tables.Rows(read, names, rows);
  }
}
