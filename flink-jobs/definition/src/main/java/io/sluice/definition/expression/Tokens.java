package io.sluice.definition.expression;

import io.sluice.definition.expression.Token.Kind;
import io.sluice.definition.expression.Token.SyntaxException;
import java.util.List;

/** A place in the pieces of an expression, which moves forward only. */
final class Tokens {
  private final List<Token> tokens;
  private int next;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(next);
  }

  Token previous() {
    return tokens.get(next - 1);
  }

  /** The next piece; the end is never passed. */
  Token take() {
    Token token = tokens.get(next);
    if (token.kind() != Kind.END) {
      next++;
    }
    return token;
  }

  boolean isSymbol(String symbol) {
    return peek().kind() == Kind.SYMBOL && peek().text().equals(symbol);
  }

  boolean accept(String symbol) {
    boolean found = isSymbol(symbol);
    next += found ? 1 : 0;
    return found;
  }

  boolean acceptWord(String word) {
    boolean found = peek().kind() == Kind.NAME && peek().text().equalsIgnoreCase(word);
    next += found ? 1 : 0;
    return found;
  }

  void expect(String symbol) throws SyntaxException {
    if (!accept(symbol)) {
      throw new SyntaxException(
          peek().offset(), "'" + symbol + "' is missing here, before " + describe(peek()));
    }
  }

  void expectEnd() throws SyntaxException {
    if (peek().kind() != Kind.END) {
      throw new SyntaxException(
          peek().offset(),
          describe(peek()) + " does not belong here; an operator or the end is expected");
    }
  }

  static String describe(Token token) {
    return token.kind() == Kind.END ? "the end" : "'" + token.text() + "'";
  }
}
