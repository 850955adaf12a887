package io.sluice.definition.expression;

import io.sluice.definition.expression.Token.Kind;
import io.sluice.definition.expression.Token.SyntaxException;
import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Function;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.definition.yaml.Nearest;
import io.sluice.udf.UserFunction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Parses and types expressions by recursive descent. From loosest to tightest: {@code or}, {@code
 * and}, {@code not}, comparisons, {@code + -}, {@code * /}, unary {@code -}. A part that is typed
 * wrongly becomes null and is passed over from then on, so that one slip is reported once and the
 * rest is still checked; a text that is no expression ends the parsing.
 */
public final class ExpressionParser {
  static final int MAX_LENGTH = 4000;
  static final int MAX_DEPTH = 60;

  private static final Set<String> KEYWORDS = Set.of("and", "or", "not", "true", "false", "null");
  private static final Map<String, Function> FUNCTIONS = functions();
  private static final Map<String, Function> COMPARISONS =
      Map.of(
          "=", Function.EQUAL,
          "==", Function.EQUAL,
          "!=", Function.NOT_EQUAL,
          "<>", Function.NOT_EQUAL,
          "<", Function.LESS,
          "<=", Function.LESS_OR_EQUAL,
          ">", Function.GREATER,
          ">=", Function.GREATER_OR_EQUAL);

  private final Tokens tokens;
  private final Scope scope;
  private final BiConsumer<Integer, String> problems;
  private final ExpressionTypes types;
  private int depth;

  private ExpressionParser(Tokens tokens, Scope scope, BiConsumer<Integer, String> problems) {
    this.tokens = tokens;
    this.scope = scope;
    this.problems = problems;
    this.types = new ExpressionTypes(problems);
  }

  /**
   * Parses an expression over columns.
   *
   * @param problems takes the offset in the text, from 0, and what is wrong there
   * @return nothing after a problem
   */
  public static Optional<Expression> parse(
      String text, Scope scope, BiConsumer<Integer, String> problems) {
    return parseAll(
        text,
        scope,
        problems,
        parser -> {
          Token start = parser.tokens.peek();
          Expression expression = parser.or();
          parser.tokens.expectEnd();
          if (expression != null && ExpressionTypes.isNull(expression)) {
            problems.accept(start.offset(), "null alone has no type");
            return null;
          }
          return expression;
        });
  }

  /** Parses an aggregate such as {@code sum(quantity * price)} that fills the column. */
  public static Optional<Aggregate> parseAggregate(
      String name, String text, Scope scope, BiConsumer<Integer, String> problems) {
    return parseAll(text, scope, problems, parser -> parser.aggregate(name));
  }

  private interface Rule<T> {
    T apply(ExpressionParser parser) throws SyntaxException;
  }

  private static <T> Optional<T> parseAll(
      String text, Scope scope, BiConsumer<Integer, String> problems, Rule<T> rule) {
    try {
      if (text.length() > MAX_LENGTH) {
        throw new SyntaxException(0, "an expression has at most " + MAX_LENGTH + " characters");
      }
      return Optional.ofNullable(
          rule.apply(new ExpressionParser(new Tokens(Token.split(text)), scope, problems)));
    } catch (SyntaxException e) {
      problems.accept(e.offset(), e.getMessage());
      return Optional.empty();
    }
  }

  private Aggregate aggregate(String name) throws SyntaxException {
    Token start = tokens.take();
    Optional<Aggregate.Function> function = Aggregates.function(start.text());
    if (start.kind() != Kind.NAME || function.isEmpty() || !tokens.accept("(")) {
      throw new SyntaxException(
          start.offset(),
          "an aggregate is one of avg(x), count(), max(x), min(x), sum(x)."
              + Nearest.hint(start.text(), Aggregates.names()));
    }
    int at = tokens.peek().offset();
    boolean empty = tokens.peek().text().equals(")") && tokens.peek().kind() == Kind.SYMBOL;
    Expression argument = empty ? null : or();
    tokens.expect(")");
    tokens.expectEnd();
    return Aggregates.typed(name, function.get(), empty, argument, at, problems);
  }

  private Expression or() throws SyntaxException {
    Expression left = and();
    while (tokens.acceptWord("or")) {
      int at = tokens.previous().offset();
      left = types.logical(Function.OR, left, and(), at);
    }
    return left;
  }

  private Expression and() throws SyntaxException {
    Expression left = not();
    while (tokens.acceptWord("and")) {
      int at = tokens.previous().offset();
      left = types.logical(Function.AND, left, not(), at);
    }
    return left;
  }

  private Expression not() throws SyntaxException {
    if (tokens.acceptWord("not")) {
      int at = tokens.previous().offset();
      enter(at);
      Expression operand = not();
      depth--;
      return types.call(Function.NOT, Collections.singletonList(operand), at);
    }
    return comparison();
  }

  private Expression comparison() throws SyntaxException {
    Expression left = sum();
    Token operator = tokens.peek();
    if (operator.kind() == Kind.SYMBOL && COMPARISONS.containsKey(operator.text())) {
      tokens.take();
      Expression right = sum();
      left = types.comparison(COMPARISONS.get(operator.text()), left, right, operator.offset());
      Token again = tokens.peek();
      if (again.kind() == Kind.SYMBOL && COMPARISONS.containsKey(again.text())) {
        throw new SyntaxException(
            again.offset(), "comparisons cannot be chained; join them with 'and'");
      }
    }
    return left;
  }

  private Expression sum() throws SyntaxException {
    Expression left = product();
    while (tokens.isSymbol("+") || tokens.isSymbol("-")) {
      Token operator = tokens.take();
      Function function = operator.text().equals("+") ? Function.ADD : Function.SUBTRACT;
      left = types.arithmetic(function, left, product(), operator.offset());
    }
    return left;
  }

  private Expression product() throws SyntaxException {
    Expression left = unary();
    while (tokens.isSymbol("*") || tokens.isSymbol("/")) {
      Token operator = tokens.take();
      Function function = operator.text().equals("*") ? Function.MULTIPLY : Function.DIVIDE;
      left = types.arithmetic(function, left, unary(), operator.offset());
    }
    return left;
  }

  private Expression unary() throws SyntaxException {
    if (!tokens.accept("-")) {
      return primary();
    }
    Token minus = tokens.previous();
    if (tokens.peek().kind() == Kind.NUMBER) {
      return number(tokens.take(), "-");
    }
    enter(minus.offset());
    Expression operand = unary();
    depth--;
    return types.call(Function.NEGATE, Collections.singletonList(operand), minus.offset());
  }

  private Expression primary() throws SyntaxException {
    Token token = tokens.take();
    switch (token.kind()) {
      case NUMBER:
        return number(token, "");
      case STRING:
        return new Literal(token.text(), Simple.STRING);
      case QUOTED_NAME:
        return column(token);
      case NAME:
        return named(token);
      default:
        if (token.kind() == Kind.SYMBOL && token.text().equals("(")) {
          enter(token.offset());
          Expression inner = or();
          tokens.expect(")");
          depth--;
          return inner;
        }
        throw new SyntaxException(
            token.offset(), "a value is missing here, before " + Tokens.describe(token));
    }
  }

  private Expression named(Token token) throws SyntaxException {
    String word = token.text().toLowerCase(Locale.ROOT);
    if (tokens.isSymbol("(") && !KEYWORDS.contains(word)) {
      return call(token, word);
    }
    return switch (word) {
      case "true", "false" -> new Literal(word.equals("true"), Simple.BOOLEAN);
      case "null" -> ExpressionTypes.NULL;
      case "and", "or", "not" ->
          throw new SyntaxException(
              token.offset(), "a value is missing here, before '" + word + "'");
      default -> column(token);
    };
  }

  private Expression call(Token name, String word) throws SyntaxException {
    enter(name.offset());
    tokens.expect("(");
    List<Expression> arguments = new ArrayList<>();
    if (!tokens.isSymbol(")")) {
      do {
        arguments.add(or());
      } while (tokens.accept(","));
    }
    tokens.expect(")");
    depth--;
    Optional<UserFunction> registered = UserFunction.named(word);
    if (registered.isPresent()) {
      return types.named(registered.get(), arguments, name.offset());
    }
    Function function = FUNCTIONS.get(word);
    if (function == null) {
      boolean aggregate = Aggregates.function(word).isPresent();
      problems.accept(
          name.offset(),
          "unknown function '%s'.%s"
              .formatted(
                  name.text(),
                  aggregate
                      ? " It is an aggregate, which only stands outermost in 'aggregate' of a view."
                      : Nearest.allowed(word, names())));
      return null;
    }
    return types.call(function, arguments, name.offset());
  }

  private Expression column(Token token) {
    Optional<Column> column = scope.find(token.text());
    if (column.isEmpty() && !scope.isBroken(token.text())) {
      problems.accept(token.offset(), scope.unknown(token.text()));
    }
    return column.map(found -> new Expression.ColumnRef(found.name(), found.type())).orElse(null);
  }

  private static Expression number(Token token, String sign) throws SyntaxException {
    String text = sign + token.text();
    BigDecimal value = new BigDecimal(text);
    if (text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      if (Double.isInfinite(value.doubleValue())) {
        throw new SyntaxException(token.offset(), "the number is too large for a double");
      }
      return new Literal(value.doubleValue(), Simple.DOUBLE);
    }
    if (text.indexOf('.') < 0) {
      if (value.toBigInteger().bitLength() > 63) {
        throw new SyntaxException(
            token.offset(), "the number is too large for a long; write it with a point");
      }
      return new Literal(value.longValueExact(), Simple.LONG);
    }
    int precision = Math.max(Math.max(value.precision(), value.scale()), 1);
    if (precision > ColumnType.Decimal.MAX_PRECISION) {
      throw new SyntaxException(token.offset(), "a decimal number has at most 38 digits");
    }
    return new Literal(value, new ColumnType.Decimal(precision, value.scale()));
  }

  private void enter(int offset) throws SyntaxException {
    if (++depth > MAX_DEPTH) {
      throw new SyntaxException(
          offset, "the expression is nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  /** What can be called, in alphabetical order. */
  private static Set<String> names() {
    Set<String> names = new TreeSet<>(FUNCTIONS.keySet());
    Arrays.stream(UserFunction.values()).map(UserFunction::symbol).forEach(names::add);
    return names;
  }

  private static Map<String, Function> functions() {
    Map<String, Function> functions = new TreeMap<>();
    for (Function function : Function.values()) {
      if (Character.isLetter(function.symbol().charAt(0))
          && !KEYWORDS.contains(function.symbol())
          && function != Function.NEGATE) {
        functions.put(function.symbol(), function);
      }
    }
    return functions;
  }
}
