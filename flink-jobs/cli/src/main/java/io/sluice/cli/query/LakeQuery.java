package io.sluice.cli.query;

import io.sluice.cli.platform.Tables;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.TimeText;
import io.sluice.definition.yaml.NameList;
import io.sluice.delta.table.TableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs SQL over the tables of a lake in DuckDB, inside this process. DuckDB reads the data files
 * that the table's log names as live, without deleted rows, and may open no other file; it writes
 * nothing.
 */
public final class LakeQuery implements AutoCloseable {
  private final Tables tables;
  private final Connection connection;

  /** Of data files in a bucket, which DuckDB does not open; nobody else reads the folder. */
  private final Path copies;

  private boolean locked;

  /**
   * Opens a query engine.
   *
   * @param tables of the lake
   * @throws CommandFailure if the engine cannot start
   */
  public LakeQuery(Tables tables) {
    this.tables = tables;
    Properties settings = new Properties();
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:", settings);
      execute("SET TimeZone = 'UTC'");
      copies = Files.createTempDirectory("sluice-query");
    } catch (SQLException | IOException e) {
      throw new CommandFailure("DuckDB cannot start: " + e.getMessage(), e);
    }
  }

  /** Takes the result row by row. */
  public interface Target {
    /** Is called once, before the rows. */
    void columns(List<String> names);

    /** Values as in {@link Tables.Rows}; the list may be kept. */
    void row(List<Object> values);
  }

  /**
   * Runs one query; an object answers one.
   *
   * @param statement a SELECT, WITH, FROM, DESCRIBE, SUMMARIZE or similar
   * @throws CommandFailure if it is wrong, names what is not there or would write
   */
  public void run(String statement, Target target) throws IOException {
    TableReferences.Resolved resolved = TableReferences.resolve(statement, tables.list());
    Set<Path> allowed = new HashSet<>();
    for (TableReferences.Reference reference : resolved.references()) {
      TableFiles files = tables.files(reference.table(), version(reference), copies);
      files.files().forEach(file -> allowed.add(file.path()));
      define(reference, files);
    }
    lock(allowed);
    show(resolved.sql(), target);
  }

  private java.util.Optional<Long> version(TableReferences.Reference reference) throws IOException {
    if (reference.time().isEmpty()) {
      return reference.version();
    }
    String text = reference.time().get();
    return java.util.Optional.of(
        tables.versionAsOf(
            reference.table(),
            TimeText.parse(text)
                .orElseThrow(
                    () ->
                        new CommandFailure(
                            "\"%s\" is no time; write it like 2026-01-31T13:45:00Z."
                                .formatted(text)))));
  }

  private void define(TableReferences.Reference reference, TableFiles files) {
    try {
      execute("CREATE SCHEMA IF NOT EXISTS " + TableReferences.quoted(reference.layer()));
      for (String statement : new FilesView(reference.viewName(), files).statements(connection)) {
        execute(statement);
      }
    } catch (SQLException e) {
      throw new CommandFailure(
          "Table %s cannot be read by DuckDB: %s. 'sluice table show' reads every table."
              .formatted(reference.table(), e.getMessage()),
          e);
    }
  }

  private void lock(Set<Path> allowed) {
    String paths =
        allowed.stream()
            .map(path -> FilesView.text(path.toString()))
            .collect(Collectors.joining(", ", "[", "]"));
    try {
      execute("SET allowed_paths = " + paths);
      execute("SET enable_external_access = false");
      execute("SET lock_configuration = true");
      locked = true;
    } catch (SQLException e) {
      throw new CommandFailure("DuckDB cannot be closed off: " + e.getMessage(), e);
    }
  }

  private void show(String sql, Target target) {
    if (!locked) {
      throw new IllegalStateException("A query runs only when nothing else can be read.");
    }
    // Only what gives rows can stand in brackets: no COPY, no CREATE, no SET.
    String query = explains(sql) ? sql : "SELECT * FROM (\n" + sql + "\n)";
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int width = result.getMetaData().getColumnCount();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= width; i++) {
        names.add(result.getMetaData().getColumnLabel(i));
      }
      target.columns(names);
      DuckValues values = new DuckValues(result);
      while (result.next()) {
        List<Object> row = new ArrayList<>(width);
        for (int i = 1; i <= width; i++) {
          row.add(values.get(i));
        }
        target.row(row);
      }
    } catch (SQLException e) {
      throw new CommandFailure("The query failed: " + reason(e, sql), e);
    }
  }

  private static boolean explains(String sql) {
    return sql.strip().matches("(?is)EXPLAIN\\s.*");
  }

  /** DuckDB's sentence, with the names of tables when one was not found. */
  private String reason(SQLException e, String sql) {
    String message = e.getMessage().replace("SELECT * FROM (\n", "").strip();
    try {
      return message.contains("does not exist")
          ? message + "\nTables: " + NameList.of(names())
          : message;
    } catch (IOException unreadable) {
      e.addSuppressed(unreadable);
      return message;
    }
  }

  private List<String> names() throws IOException {
    return tables.list().stream()
        .map(
            table -> {
              String[] parts = table.split("/", 2);
              boolean plain = parts[1].matches("\\w+");
              return parts[0] + "." + (plain ? parts[1] : TableReferences.quoted(parts[1]));
            })
        .toList();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new CommandFailure("DuckDB cannot be closed: " + e.getMessage(), e);
    } finally {
      removeCopies();
    }
  }

  private void removeCopies() {
    try (Stream<Path> files = Files.walk(copies)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "The copies of data files in %s cannot be removed: %s. Remove the folder."
              .formatted(copies, e.getMessage()),
          e);
    }
  }
}
