package io.sluice.cli.query;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the lake's tables that a statement names, as {@code silver.trades} or {@code
 * ledger."market-risk"}, and gives those of another version a name of their own.
 */
final class TableReferences {

  /**
   * A table at a version.
   *
   * @param table as {@code LAYER/NAME}
   * @param version a version, or nothing
   * @param time or the time of one
   */
  record Reference(String table, Optional<Long> version, Optional<String> time) {
    private String suffix() {
      return version.map(number -> "@v" + number).or(() -> time.map(text -> "@" + text)).orElse("");
    }

    /** The quoted schema and name under which the statement reads it. */
    String viewName() {
      String[] parts = table.split("/", 2);
      return quoted(parts[0]) + "." + quoted(parts[1] + suffix());
    }

    String layer() {
      return table.substring(0, table.indexOf('/'));
    }
  }

  private static final String VERSION =
      "(?i:\\s+AT\\s*\\(\\s*(?:VERSION\\s*=>\\s*(?<version>\\d{1,18})\\s*\\)|TIMESTAMP\\s*=>\\s*$))";

  private final Map<Reference, String> found = new LinkedHashMap<>();
  private final List<String> tables;

  private TableReferences(List<String> tables) {
    this.tables = tables;
  }

  /**
   * A statement as DuckDB reads it.
   *
   * @param references the tables that must be there for it
   */
  record Resolved(String sql, List<Reference> references) {}

  /**
   * Resolves the tables of a statement.
   *
   * @param statement one statement
   * @param tables all tables of the lake, as {@code LAYER/NAME}
   */
  static Resolved resolve(String statement, List<String> tables) {
    TableReferences references = new TableReferences(tables);
    String sql = references.rewrite(SqlText.pieces(statement));
    return new Resolved(sql, List.copyOf(references.found.keySet()));
  }

  /** AT (TIMESTAMP => '...') spans a literal, so a reference may wait for the next piece. */
  private String rewrite(List<SqlText.Piece> pieces) {
    StringBuilder sql = new StringBuilder();
    String waiting = null;
    for (SqlText.Piece piece : pieces) {
      String text = piece.text();
      if (waiting != null && !piece.code()) {
        Reference at =
            new Reference(
                waiting, Optional.empty(), Optional.of(text.substring(1, text.length() - 1)));
        sql.append(name(at));
        continue;
      }
      if (waiting != null) {
        text = text.replaceFirst("^[^)]*\\)", "");
        waiting = null;
      }
      if (!piece.code()) {
        sql.append(text);
        continue;
      }
      for (String table : tables) {
        Matcher matcher = pattern(table).matcher(text);
        StringBuilder changed = new StringBuilder();
        while (matcher.find()) {
          if (matcher.group("at") != null && matcher.group("version") == null) {
            waiting = table;
            matcher.appendReplacement(changed, "");
          } else {
            Optional<Long> version =
                Optional.ofNullable(matcher.group("version")).map(Long::valueOf);
            Reference reference = new Reference(table, version, Optional.empty());
            matcher.appendReplacement(changed, Matcher.quoteReplacement(name(reference)));
          }
        }
        text = matcher.appendTail(changed).toString();
      }
      sql.append(text);
    }
    return sql.toString();
  }

  private String name(Reference reference) {
    return found.computeIfAbsent(reference, Reference::viewName);
  }

  private static Pattern pattern(String table) {
    String[] parts = table.split("/", 2);
    return Pattern.compile(
        "(?<![\\w.\"])%s\\s*\\.\\s*%s(?<at>%s)?"
            .formatted(either(parts[0]), either(parts[1]), VERSION));
  }

  /** The bare name in any case, or the quoted one. */
  private static String either(String name) {
    return "(?:\"%1$s\"|(?i:%1$s)(?![\\w\"@-]))".formatted(Pattern.quote(name));
  }

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
