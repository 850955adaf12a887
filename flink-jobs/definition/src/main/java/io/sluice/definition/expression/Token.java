package io.sluice.definition.expression;

import io.sluice.definition.yaml.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of an expression.
 *
 * @param text as meant: without quotes, with doubled quotes made single
 * @param offset of its first character in the expression, from 0
 */
record Token(Kind kind, String text, int offset) {
  enum Kind {
    NAME,
    /** A name in backquotes, which is never a keyword or a function. */
    QUOTED_NAME,
    NUMBER,
    STRING,
    SYMBOL,
    END
  }

  /** A text is not an expression. */
  static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int offset;

    SyntaxException(int offset, String message) {
      super(message);
      this.offset = offset;
    }

    /** Where, in characters from the start of the expression. */
    int offset() {
      return offset;
    }
  }

  private static final List<String> SYMBOLS =
      List.of("==", "!=", "<>", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", ",");

  /** All pieces, the last one of kind END. */
  static List<Token> split(String text) throws SyntaxException {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (isNameStart(c)) {
        int end = at;
        while (end < text.length() && isNamePart(text.charAt(end))) {
          end++;
        }
        tokens.add(new Token(Kind.NAME, text.substring(at, end), at));
        at = end;
      } else if (isDigit(c) || c == '.') {
        int end = numberEnd(text, at);
        tokens.add(new Token(Kind.NUMBER, text.substring(at, end), at));
        at = end;
      } else if (c == '\'' || c == '`') {
        at = quoted(text, at, tokens);
      } else {
        at = symbol(text, at, tokens);
      }
    }
    tokens.add(new Token(Kind.END, "", text.length()));
    return tokens;
  }

  private static int quoted(String text, int start, List<Token> tokens) throws SyntaxException {
    char quote = text.charAt(start);
    StringBuilder content = new StringBuilder();
    for (int at = start + 1; at < text.length(); at++) {
      if (text.charAt(at) != quote) {
        content.append(text.charAt(at));
      } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
        content.append(quote);
        at++;
      } else {
        Kind kind = quote == '`' ? Kind.QUOTED_NAME : Kind.STRING;
        tokens.add(new Token(kind, content.toString(), start));
        return at + 1;
      }
    }
    throw new SyntaxException(start, "the text that starts here has no closing " + quote);
  }

  private static int symbol(String text, int at, List<Token> tokens) throws SyntaxException {
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        tokens.add(new Token(Kind.SYMBOL, symbol, at));
        return at + symbol.length();
      }
    }
    String shown = new String(Character.toChars(text.codePointAt(at)));
    String remedy = shown.equals("\"") ? " Text stands in single quotes." : "";
    throw new SyntaxException(at, "'" + shown + "' does not belong here." + remedy);
  }

  private static int numberEnd(String text, int start) throws SyntaxException {
    int at = digits(text, start);
    if (at < text.length() && text.charAt(at) == '.') {
      at = digits(text, at + 1);
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int sign = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0 ? 1 : 0;
      at = digits(text, at + 1 + sign);
    }
    boolean glued = at < text.length() && (isNamePart(text.charAt(at)) || text.charAt(at) == '.');
    if (glued || Numbers.parse(text.substring(start, at)).isEmpty()) {
      throw new SyntaxException(start, "this is not a number");
    }
    return at;
  }

  private static int digits(String text, int start) {
    int at = start;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || isDigit(c);
  }
}
