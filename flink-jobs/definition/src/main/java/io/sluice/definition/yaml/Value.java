package io.sluice.definition.yaml;

import io.sluice.definition.model.Problem;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of a YAML document together with where it stands. A reading that does not fit adds a
 * problem and gives nothing, so that the reader goes on and finds the next problem.
 */
public final class Value {
  private static final Set<Tag> SCALARS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.ENV_TAG);

  /** What the schema of YAML takes for text; <code>${NAME}</code> without quotes is text for us. */
  private static final Set<Tag> TEXTS = Set.of(Tag.STR, Tag.ENV_TAG);

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Problems problems;
  private final String file;
  private final String path;
  private final Node node;
  private final Node keyNode;

  /** Whether the value is wrong and that was said, so that readings give nothing in silence. */
  private final boolean reported;

  Value(Problems problems, String file, String path, Node node) {
    this(problems, file, path, node, node, false);
  }

  private Value(
      Problems problems, String file, String path, Node node, Node keyNode, boolean reported) {
    this.keyNode = keyNode;
    this.reported = reported;
    this.problems = problems;
    this.file = file;
    this.path = path;
    this.node = node;
  }

  public String path() {
    return path;
  }

  /** The key that this value stands behind, as a place for problems with the name. */
  public Value key() {
    return new Value(problems, file, path, keyNode);
  }

  /** Adds a problem at this place. */
  public void problem(String message) {
    problemAt(0, message);
  }

  /**
   * Adds a problem inside a text.
   *
   * @param offset characters from the start of the text
   */
  public void problemAt(int offset, String message) {
    problems.add(place(node, path, offset, message));
  }

  private Problem place(Node where, String at, int offset, String message) {
    return new Problem(file, line(where), column(where) + shift(where, offset), at, message);
  }

  /** Inside a text of several lines the column cannot be told; its start must do. */
  private static int shift(Node where, int offset) {
    if (offset == 0 || !(where instanceof ScalarNode scalar)) {
      return 0;
    }
    boolean oneLine =
        where.getEndMark().map(Mark::getLine).equals(where.getStartMark().map(Mark::getLine));
    return oneLine ? offset + (scalar.getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1) : 0;
  }

  /** The mapping's fields; any key that is not allowed is a problem. */
  public Optional<Fields> fields(Collection<String> allowed) {
    return mapping(Nearest.allowed("", allowed)).map(entries -> fields(entries, allowed));
  }

  public Optional<Fields> fields(String... allowed) {
    return fields(List.of(allowed));
  }

  private Fields fields(Map<String, Value> entries, Collection<String> allowed) {
    Set<String> meant = new HashSet<>();
    Map<String, Value> known = new LinkedHashMap<>();
    String before = null;
    for (Map.Entry<String, Value> entry : entries.entrySet()) {
      String key = entry.getKey();
      Value value = entry.getValue();
      boolean below = before != null && value.standsBelowEmpty(entries.get(before));
      if (value.reported && !allowed.contains(key)) {
        continue;
      }
      if (allowed.contains(key)) {
        known.put(key, value);
        before = key;
      } else if (below && meant.add(before)) {
        known.remove(before);
        value
            .key()
            .problem(
                "unknown key '%s'. '%s' in line %d is empty: indent '%s' if it belongs to it.%s"
                    .formatted(
                        key, before, line(entries.get(before).keyNode), key, allowed(allowed)));
      } else if (!below) {
        value.key().problem("unknown key '" + key + "'." + hint(key, allowed));
        meant(key, allowed).ifPresent(meant::add);
      }
    }
    return new Fields(this, known, meant);
  }

  private static String allowed(Collection<String> allowed) {
    return Nearest.allowed("", allowed);
  }

  private static String hint(String key, Collection<String> allowed) {
    int colon = key.indexOf(':');
    return colon > 0 && allowed.contains(key.substring(0, colon))
        ? " A blank is missing behind its colon."
        : Nearest.allowed(key, allowed);
  }

  private static Optional<String> meant(String key, Collection<String> allowed) {
    int colon = key.indexOf(':');
    return colon > 0 && allowed.contains(key.substring(0, colon))
        ? Optional.of(key.substring(0, colon))
        : Nearest.of(key, allowed);
  }

  /** Whether this key begins where the key of an empty value does, on a line of its own. */
  private boolean standsBelowEmpty(Value before) {
    return before.isNull()
        && column(keyNode) == column(before.keyNode)
        && line(keyNode) > line(before.keyNode);
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
  }

  private static int column(Node node) {
    return node.getStartMark().map(Mark::getColumn).orElse(-1) + 1;
  }

  /** The mapping with whatever keys it has, in the order of the file. */
  public Optional<Map<String, Value>> entries() {
    return mapping("");
  }

  /**
   * Entries whose names the user chooses. Fields of an entry that stand beside it, for want of
   * indentation, are one problem.
   *
   * @param fields the keys that an entry may have
   */
  public Optional<Map<String, Value>> entries(Collection<String> fields) {
    return entries()
        .map(
            found -> {
              Map<String, Value> entries = new LinkedHashMap<>();
              Value empty = null;
              boolean told = false;
              for (Map.Entry<String, Value> entry : found.entrySet()) {
                Value value = entry.getValue();
                boolean lost =
                    empty != null
                        && fields.contains(entry.getKey())
                        && value.standsBelowEmpty(empty);
                if (!lost) {
                  entries.put(entry.getKey(), value);
                  empty = value.isNull() ? value : null;
                  told = false;
                } else if (!told) {
                  told = true;
                  value
                      .key()
                      .problem(
                          "stands beside '%s' in line %d, which is empty. Indent it and what follows, so that they belong to it."
                              .formatted(name(empty), line(empty.keyNode)));
                  entries.put(name(empty), empty.asReported());
                }
              }
              return entries;
            });
  }

  private static String name(Value value) {
    return ((ScalarNode) value.keyNode).getValue();
  }

  private Value asReported() {
    return new Value(problems, file, path, node, keyNode, true);
  }

  private Optional<Map<String, Value>> mapping(String allowed) {
    if (reported) {
      return Optional.empty();
    }
    if (!(node instanceof MappingNode mapping)) {
      problem("must be a mapping (key: value), but is " + describe() + "." + allowed);
      return Optional.empty();
    }
    Map<String, Value> entries = new LinkedHashMap<>();
    boolean torn = false;
    Value last = null;
    for (NodeTuple tuple : mapping.getValue()) {
      if (torn && isPiece(tuple)) {
        continue;
      }
      if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
        problems.add(place(tuple.getKeyNode(), path, 0, "a key must be text"));
        continue;
      }
      String key = scalar.getValue();
      String at = path.isEmpty() ? key : path + "." + key;
      torn = mapping.getFlowStyle() == FlowStyle.FLOW && isTorn(tuple.getValueNode());
      if (torn) {
        problems.add(
            place(
                tuple.getValueNode(),
                at,
                0,
                "ends at the ',' inside { }. Put it in quotes, since it has a ',' in it."));
      }
      Value value = new Value(problems, file, at, tuple.getValueNode(), scalar, torn);
      if (entries.containsKey(key) && last != null && value.standsBelowEmpty(last)) {
        last.key()
            .problem(
                "is empty, and '%s' follows a second time. Is '%s' indented too deep?"
                    .formatted(key, name(last)));
        entries.put(name(last), last.asReported());
        break;
      }
      if (entries.putIfAbsent(key, value) != null) {
        value.key().problem("the key '" + key + "' stands here a second time");
      }
      last = value.isNull() ? value : last;
    }
    return Optional.of(entries);
  }

  /** Whether a text without quotes has more brackets that open than that close. */
  private static boolean isTorn(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && scalar.getValue().chars().filter(c -> c == '(').count()
            > scalar.getValue().chars().filter(c -> c == ')').count();
  }

  /** Whether a key without a value is what a ',' tore off the value before it. */
  private static boolean isPiece(NodeTuple tuple) {
    return tuple.getValueNode() instanceof ScalarNode scalar
        && scalar.getTag().equals(Tag.NULL)
        && scalar.getValue().isEmpty();
  }

  /** The items of a list. */
  public Optional<List<Value>> items() {
    if (!(node instanceof SequenceNode sequence)) {
      boolean word = node instanceof ScalarNode scalar && WORD.matcher(scalar.getValue()).matches();
      String example = word && !isNull() ? ((ScalarNode) node).getValue() : "a, b";
      problem("must be a list ([" + example + "]), but is " + describe());
      return Optional.empty();
    }
    List<Value> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new Value(problems, file, path + "[" + items.size() + "]", item));
    }
    return Optional.of(items);
  }

  /** A text. Numbers and booleans must be quoted, since they would lose their spelling. */
  public Optional<String> text() {
    if (reported) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar && TEXTS.contains(scalar.getTag())) {
      if (scalar.getValue().isBlank()) {
        problem("must not be empty");
        return Optional.empty();
      }
      return Optional.of(scalar.getValue());
    }
    boolean quotable =
        node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL) && known(scalar);
    problem("must be text, but is " + describe() + (quotable ? ". Put it in quotes." : ""));
    return Optional.empty();
  }

  /** The spelling of any scalar but null, such as an expression or one of a set of values. */
  public Optional<String> spelling() {
    if (reported) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar && known(scalar) && !isNull()) {
      return Optional.of(scalar.getValue());
    }
    problem("must be a single value, but is " + describe());
    return Optional.empty();
  }

  public boolean isNull() {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
  }

  public boolean isFalse() {
    return node instanceof ScalarNode scalar
        && scalar.getTag().equals(Tag.BOOL)
        && !Boolean.parseBoolean(scalar.getValue());
  }

  public boolean isZero() {
    return node instanceof ScalarNode scalar
        && scalar.getTag().equals(Tag.INT)
        && scalar.getValue().equals("0");
  }

  /** Whether this is a list or a mapping without entries. */
  public boolean isEmpty() {
    return node instanceof CollectionNode<?> collection && collection.getValue().isEmpty();
  }

  public boolean isList() {
    return node instanceof SequenceNode;
  }

  public Optional<Boolean> bool() {
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
      return Optional.of(Boolean.parseBoolean(scalar.getValue()));
    }
    problem("must be true or false, but is " + describe());
    return Optional.empty();
  }

  public Optional<BigDecimal> number() {
    if (node instanceof ScalarNode scalar
        && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))) {
      Optional<BigDecimal> number = Numbers.parse(scalar.getValue());
      if (number.isPresent()) {
        return number;
      }
    }
    problem("must be a decimal number, but is " + describe());
    return Optional.empty();
  }

  /** A whole number that is at least {@code minimum} and fits an int. */
  public Optional<Integer> integer(int minimum) {
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)) {
      Optional<Integer> integer = Numbers.parseInt(scalar.getValue());
      if (integer.isPresent() && integer.get() >= minimum) {
        return integer;
      }
    }
    problem("must be a whole number of at least " + minimum + ", but is " + describe());
    return Optional.empty();
  }

  /** A duration such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h} or {@code 7d}. */
  public Optional<Duration> duration(boolean zeroAllowed) {
    return duration(zeroAllowed, Numbers.MAX_DURATION);
  }

  public Optional<Duration> duration(boolean zeroAllowed, Duration longest) {
    Optional<Duration> duration =
        node instanceof ScalarNode scalar
            ? Numbers.parseDuration(scalar.getValue())
            : Optional.empty();
    if (duration.isEmpty()) {
      problem(
          "must be a duration, a whole number and a unit (ms, s, m, h, d) such as 30s, but is "
              + describe());
    } else if (duration.get().isZero() && !zeroAllowed) {
      problem("must be longer than zero, but is " + describe());
      return Optional.empty();
    } else if (duration.get().compareTo(longest) > 0) {
      problem("must be at most %dd, but is %s".formatted(longest.toDays(), describe()));
      return Optional.empty();
    }
    return duration;
  }

  /** One of the named values. */
  public <T> Optional<T> choice(Map<String, T> allowed) {
    Optional<String> text = text();
    if (text.isPresent() && !allowed.containsKey(text.get())) {
      problem(
          "'" + text.get() + "' is not allowed." + Nearest.allowed(text.get(), allowed.keySet()));
    }
    return text.map(allowed::get);
  }

  /** What stands here, in words. */
  public String describe() {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (!(node instanceof ScalarNode scalar)) {
      return "a list";
    }
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return "empty";
    }
    String shown = shorten(scalar.getValue());
    if (!known(scalar)) {
      return "'" + shown + "' with the tag " + tag.getValue();
    }
    return TEXTS.contains(tag) ? "the text '" + shown + "'" : shown;
  }

  private static boolean known(ScalarNode scalar) {
    return SCALARS.contains(scalar.getTag());
  }

  private static String shorten(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
