package io.sluice.definition.yaml;

import io.sluice.definition.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Says of a file that is not YAML which slip it probably was, and to which key it belongs. A parser
 * knows only where it could not go on.
 */
final class YamlSlip {
  private static final Pattern KEY =
      Pattern.compile("([ \t]*(?:- +)*)(\"[^\"]*\"|'[^']*'|[^\\s#\"'{\\[:-][^:#]*?)\\s*:(\\s.*|$)");
  private static final Pattern NO_BLANK = Pattern.compile("\\s*(?:- +)*([\\w-]+):([^\\s/].*)");

  private final String file;
  private final List<String> lines;

  /** A key with where it stands. */
  private record Key(int line, int indentation, String name, boolean hasValue) {
    String shown() {
      return "'%s' (line %d) has %d".formatted(name, line + 1, indentation);
    }
  }

  private YamlSlip(String file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  static Problem of(String file, String text, MarkedYamlEngineException e) {
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    String context = e.getContext() == null ? "" : e.getContext().strip();
    String told = (context.isEmpty() ? "" : context + ": ") + e.getProblem();
    if (mark.isEmpty()) {
      return new Problem(file, 0, 0, "", "not valid YAML: " + told);
    }
    YamlSlip slip = new YamlSlip(file, text);
    int line = mark.get().getLine();
    int column = mark.get().getColumn();
    Optional<Mark> begin = e.getContextMark();
    return slip.tab(line)
        .or(() -> slip.variable(line, column))
        .or(() -> begin.flatMap(open -> slip.bracket(told, open, line, column)))
        .or(() -> begin.flatMap(open -> slip.quoteOrColon(told, open)))
        .or(() -> slip.firstCharacter(told, line, column))
        .or(() -> slip.value(told, line, column))
        .or(() -> slip.indentation(told, line))
        .orElseGet(() -> slip.problem(line, column, slip.path(line), told));
  }

  private Optional<Problem> tab(int line) {
    String text = line(line);
    int tab = text.indexOf('\t');
    if (tab < 0 || !text.substring(0, tab).isBlank()) {
      return Optional.empty();
    }
    Optional<Key> before = keyAbove(line).filter(Key::hasValue);
    String path =
        before
            .flatMap(
                above ->
                    path(above.line()).endsWith(above.name())
                        ? key(line)
                            .map(own -> join(path(above.line(), above.indentation()), own.name()))
                        : Optional.of(path(above.line())))
            .orElse(path(line));
    String what = key(line).map(found -> "'" + found.name() + "'").orElse("the line");
    return Optional.of(
        problem(line, tab, path, what + " is indented with a tab. Indent with blanks."));
  }

  private Optional<Problem> variable(int line, int column) {
    String text = line(line);
    boolean variable = column > 0 && column < text.length() && text.startsWith("${", column - 1);
    return variable
        ? Optional.of(
            problem(
                line,
                column - 1,
                path(line),
                "a variable inside { } or [ ] stands in quotes: \"${NAME}\"."))
        : Optional.empty();
  }

  private Optional<Problem> bracket(String told, Mark open, int line, int column) {
    if (!told.contains("while parsing a flow")) {
      return Optional.empty();
    }
    String bracket = told.contains("flow mapping") ? "{" : told.contains("sequence") ? "[" : "";
    if (bracket.isEmpty()) {
      return Optional.empty();
    }
    if (open.getLine() < line) {
      return Optional.of(
          problem(
              open.getLine(),
              open.getColumn(),
              path(open.getLine()),
              "the '%s' that stands here is not closed, or a ',' or quote is missing before line %d."
                  .formatted(bracket, line + 1)));
    }
    boolean oddQuotes = quotes(line) % 2 == 1;
    return Optional.of(
        problem(
            line,
            column,
            path(line),
            oddQuotes
                ? "a quote (\") is missing in this line."
                : "a ',' is missing before here, or a value with ',' or ':' in it is not in quotes."));
  }

  private Optional<Problem> quoteOrColon(String told, Mark open) {
    int line = open.getLine();
    if (told.contains("quoted scalar")) {
      return Optional.of(
          problem(line, open.getColumn(), path(line), "the quote that stands here is not closed."));
    }
    if (!told.contains("could not find expected ':'")) {
      return Optional.empty();
    }
    return noBlank(line)
        .or(() -> Optional.of(problem(line, open.getColumn(), path(line), noKey(line))));
  }

  private String noKey(int line) {
    String text = line(line).strip();
    return text.startsWith("-")
        ? "a blank is missing behind the '-' of '%s'.".formatted(text)
        : "'%s' has no ':' behind it, so that it is no key.".formatted(text);
  }

  private Optional<Problem> noBlank(int line) {
    Matcher matcher = NO_BLANK.matcher(line(line));
    return matcher.matches()
        ? Optional.of(
            problem(
                line,
                matcher.start(1),
                path(line),
                "a blank is missing behind the colon of '%s:%s'."
                    .formatted(matcher.group(1), matcher.group(2))))
        : Optional.empty();
  }

  /** A text that begins with a character that means something in YAML. */
  private Optional<Problem> firstCharacter(String told, int line, int column) {
    String text = line(line);
    boolean special = told.contains("undefined alias") || told.contains("that cannot start any");
    return special && column < text.length()
        ? Optional.of(
            problem(
                line,
                column,
                path(line),
                told.contains("undefined alias")
                    ? "'*' begins an alias, and nothing defines this one (&name). Put the value in quotes if it is text."
                    : "a value that begins with '%s' stands in quotes."
                        .formatted(text.charAt(column))))
        : Optional.empty();
  }

  /** A colon where no key can be, on a line whose begin is well or below a broken one. */
  private Optional<Problem> value(String told, int line, int column) {
    if (!told.contains("mapping values are not allowed")) {
      return Optional.empty();
    }
    Optional<Key> own = key(line);
    if (own.isPresent() && own.get().hasValue() && column > line(line).indexOf(':')) {
      return Optional.of(
          problem(
              line,
              column,
              path(line),
              "the value of '%s' has ': ' in it, and is not in quotes."
                  .formatted(own.get().name())));
    }
    int above = above(line);
    return above >= 0 && key(above).isEmpty()
        ? noBlank(above)
            .or(() -> Optional.of(problem(above, blanks(above), path(above), noKey(above))))
        : Optional.empty();
  }

  private Optional<Problem> indentation(String told, int line) {
    boolean possible = told.contains("mapping values") || told.contains("expected <block end>");
    Optional<Key> own = key(line).or(() -> item(line));
    if (!possible || own.isEmpty()) {
      return Optional.empty();
    }
    Optional<Problem> quote = openQuote(line);
    if (quote.isPresent()) {
      return quote;
    }
    int column = own.get().indentation();
    Optional<Key> before = keyAbove(line);
    if (before.isPresent() && before.get().hasValue() && before.get().indentation() < column) {
      return Optional.of(
          problem(
              line,
              column,
              join(path(before.get().line(), before.get().indentation()), own.get().name()),
              "'%s' is indented by %d, deeper than '%s' in line %d (%d), which has a value already. Indent keys that stand side by side alike."
                  .formatted(
                      own.get().name(),
                      column,
                      before.get().name(),
                      before.get().line() + 1,
                      before.get().indentation())));
    }
    List<Key> open = enclosing(line, Integer.MAX_VALUE);
    if (open.stream().anyMatch(key -> key.indentation() == column)) {
      return Optional.empty();
    }
    List<String> above = open.stream().map(Key::shown).toList();
    return Optional.of(
        problem(
            line,
            column,
            path(line),
            "'%s' is indented by %d, which is that of no key above it that is still open: %s."
                .formatted(own.get().name(), column, NameList.of(above))));
  }

  /** The first line above whose quotes are odd in number, when those of all lines above are. */
  private Optional<Problem> openQuote(int line) {
    if (IntStream.range(0, line).mapToLong(this::quotes).sum() % 2 == 0) {
      return Optional.empty();
    }
    return IntStream.range(0, line)
        .filter(above -> quotes(above) % 2 == 1)
        .mapToObj(
            above ->
                problem(
                    above,
                    line(above).lastIndexOf('"'),
                    path(above),
                    "the quote that stands here is not closed in its line."))
        .findFirst();
  }

  private long quotes(int line) {
    return line(line).chars().filter(c -> c == '"').count();
  }

  private Problem problem(int line, int column, String path, String message) {
    return new Problem(file, line + 1, column + 1, path, "not valid YAML: " + message);
  }

  private String line(int line) {
    return line < lines.size() ? lines.get(line) : "";
  }

  private Optional<Key> key(int line) {
    Matcher matcher = KEY.matcher(line(line));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String name = matcher.group(2).replaceAll("^[\"']|[\"']$", "");
    String value = matcher.group(3).strip();
    boolean hasValue = !value.isEmpty() && !value.startsWith("#");
    return Optional.of(new Key(line, matcher.group(1).length(), name, hasValue));
  }

  /** An item of a list that is no key. */
  private Optional<Key> item(int line) {
    String text = line(line).strip();
    return text.startsWith("- ")
        ? Optional.of(new Key(line, blanks(line), text, false))
        : Optional.empty();
  }

  private int blanks(int line) {
    return line(line).length() - line(line).stripLeading().length();
  }

  private int above(int line) {
    int above = line - 1;
    while (above >= 0 && (line(above).isBlank() || line(above).stripLeading().startsWith("#"))) {
      above--;
    }
    return above;
  }

  private Optional<Key> keyAbove(int line) {
    for (int above = above(line); above >= 0; above = above(above)) {
      Optional<Key> found = key(above);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The keys above a line in which it may stand, the innermost first. */
  private List<Key> enclosing(int line, int indentation) {
    List<Key> found = new ArrayList<>();
    int limit = indentation;
    for (Optional<Key> above = keyAbove(line);
        above.isPresent();
        above = keyAbove(above.get().line())) {
      if (above.get().indentation() < limit) {
        found.add(above.get());
        limit = above.get().indentation();
      }
    }
    return found;
  }

  private String path(int line) {
    Optional<Key> own = key(line);
    int indentation = own.map(Key::indentation).orElse(blanks(line));
    String path = path(line, indentation);
    int parent = enclosing(line, indentation).stream().findFirst().map(Key::line).orElse(-1);
    boolean named = own.isPresent() && !inItem(parent, line, indentation);
    return named ? join(path, own.get().name()) : path;
  }

  /** The path of the keys that enclose a line; of what stands in a list it is that of the list. */
  private String path(int line, int indentation) {
    List<Key> keys = enclosing(line, indentation);
    String path = "";
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      int parent = i + 1 < keys.size() ? keys.get(i + 1).line() : -1;
      path = inItem(parent, key.line(), key.indentation()) ? "" : join(key.name(), path);
    }
    return path;
  }

  /** Whether the item of a list begins between a key's parent and the key. */
  private boolean inItem(int parent, int line, int indentation) {
    return IntStream.rangeClosed(parent + 1, line)
        .anyMatch(
            at -> {
              String text = line(at).stripLeading();
              return text.startsWith("- ") && blanks(at) < indentation;
            });
  }

  private static String join(String left, String right) {
    return left.isEmpty() || right.isEmpty() ? left + right : left + "." + right;
  }
}
