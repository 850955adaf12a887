package io.sluice.cli.query;

import io.sluice.cli.text.CommandFailure;
import java.util.ArrayList;
import java.util.List;

/**
 * A statement cut into code on one side and literals and comments on the other, so that what stands
 * in a literal is never taken for code. A quoted identifier is code.
 */
final class SqlText {

  /**
   * A piece of the statement.
   *
   * @param code whether it is neither a literal nor a comment
   */
  record Piece(String text, boolean code) {}

  private final String sql;
  private final List<Piece> pieces = new ArrayList<>();
  private int begin;
  private int at;

  private SqlText(String sql) {
    this.sql = sql;
  }

  /**
   * Cuts a single statement.
   *
   * @throws CommandFailure if there are several
   */
  static List<Piece> pieces(String statement) {
    SqlText text = new SqlText(statement.strip().replaceFirst(";\\s*$", ""));
    text.cut();
    for (Piece piece : text.pieces) {
      if (piece.code() && piece.text().replaceAll("\"[^\"]*\"", "").contains(";")) {
        throw new CommandFailure("One statement at a time, please: there is a ; inside.");
      }
    }
    return text.pieces;
  }

  private void cut() {
    while (at < sql.length()) {
      if (sql.startsWith("--", at)) {
        literal(endOf("\n", at));
      } else if (sql.startsWith("/*", at)) {
        literal(endOf("*/", at + 2));
      } else if (sql.charAt(at) == '\'') {
        literal(closing('\''));
      } else if (sql.charAt(at) == '"') {
        at = closing('"');
      } else {
        at++;
      }
    }
    add(sql.length(), true);
  }

  private void literal(int end) {
    add(at, true);
    at = end;
    add(end, false);
  }

  private void add(int end, boolean code) {
    if (end > begin) {
      pieces.add(new Piece(sql.substring(begin, end), code));
      begin = end;
    }
  }

  /** Behind the quote that closes; a doubled one is none. */
  private int closing(char quote) {
    int end = at + 1;
    while (end < sql.length()) {
      if (sql.charAt(end) != quote) {
        end++;
      } else if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
        end += 2;
      } else {
        return end + 1;
      }
    }
    return end;
  }

  private int endOf(String mark, int from) {
    int found = sql.indexOf(mark, from);
    return found < 0 ? sql.length() : found + mark.length();
  }
}
