package io.sluice.definition.contract;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads a regular expression of Java once, and writes it with the same meaning for RE2. On the way
 * it adds up how long a text can be that matches, and how large the program may become, since
 * repetitions in each other multiply.
 */
final class PatternScan {
  private static final int MAX_DEPTH = 100;

  /** Instructions, as estimated before anything is compiled. */
  private static final long MAX_PROGRAM = 10_000;

  private static final long ENDLESS = Long.MAX_VALUE / 4;
  private static final String LINE_ENDS = "\\n\\r\\x{85}\\x{2028}\\x{2029}";

  /** One group that is open: sums of its branch so far, and what the last atom added. */
  private static final class Group {
    private long size = 1;
    private long length;
    private long longestBranch;
    private long lastSize;
    private long lastLength;

    void atom(long atomSize, long atomLength) {
      size = Math.min(size + atomSize, ENDLESS);
      length = Math.min(length + atomLength, ENDLESS);
      lastSize = atomSize;
      lastLength = atomLength;
    }

    void repeat(long copies, boolean endless) {
      long again = Math.max(copies - 1, 0);
      size = Math.min(size + 1 + Math.min(lastSize * again, ENDLESS), ENDLESS);
      long more =
          endless ? (lastLength == 0 ? 0 : ENDLESS) : Math.min(lastLength, ENDLESS / MAX_PROGRAM);
      length = Math.min(length + (endless ? more : more * again), ENDLESS);
      lastSize = Math.min(lastSize * Math.max(copies, 1) + 1, ENDLESS / MAX_PROGRAM);
      lastLength = endless ? more : more * Math.max(copies, 1);
    }

    void branch() {
      longestBranch = longest();
      length = 0;
      size++;
    }

    long longest() {
      return Math.max(longestBranch, length);
    }
  }

  private final String expression;
  private final boolean dotAll;
  private final StringBuilder out = new StringBuilder();
  private final Deque<Group> open = new ArrayDeque<>();
  private int at;

  private PatternScan(String expression) {
    this.expression = expression;
    this.dotAll = expression.matches("(?s)\\(\\?[a-z]*s[a-z]*\\).*");
    open.push(new Group());
  }

  /**
   * Reads an expression that Java takes.
   *
   * @throws IllegalArgumentException with a sentence, if RE2 would take it for something else, or
   *     if its program is too large
   */
  static PatternScan of(String expression) {
    PatternScan scan = new PatternScan(expression);
    while (scan.at < expression.length()) {
      scan.next();
    }
    return scan;
  }

  /** Whether an expression stands for one character: a letter, an escape, a dot or brackets. */
  static boolean isOneClass(String expression) {
    PatternScan scan = new PatternScan(expression);
    if ("()|*+?{^$".indexOf(expression.charAt(0)) >= 0 || expression.startsWith("\\Q")) {
      return false;
    }
    scan.next();
    return scan.at == expression.length() && scan.maxLength() == 1;
  }

  /** The expression for RE2. */
  String translated() {
    return out.toString();
  }

  /** The most characters of a text that matches; very large if there is no such number. */
  long maxLength() {
    return open.getLast().longest();
  }

  private void next() {
    char c = expression.charAt(at);
    switch (c) {
      case '\\' -> escape();
      case '[' -> brackets();
      case '(' -> enter();
      case ')' -> leave();
      case '|' -> {
        open.peek().branch();
        copy(1);
      }
      case '*', '+', '?' -> {
        open.peek().repeat(1, c != '?');
        copy(1);
      }
      case '{' -> repetition();
      case '^', '$' -> {
        open.peek().atom(1, 0);
        copy(1);
      }
      case '.' -> {
        atom(dotAll ? "." : "[^" + LINE_ENDS + "]");
        at++;
      }
      default -> {
        open.peek().atom(1, 1);
        copy(1);
      }
    }
    if (open.peek().size > MAX_PROGRAM) {
      throw new IllegalArgumentException(
          "the pattern has repetitions in each other that multiply to more than %,d steps. Use fewer or smaller ones."
              .formatted(MAX_PROGRAM));
    }
  }

  private void atom(String text) {
    open.peek().atom(1, 1);
    out.append(text);
  }

  private void copy(int characters) {
    out.append(expression, at, at + characters);
    at += characters;
  }

  private void escape() {
    char c = expression.charAt(at + 1);
    switch (c) {
      case 'Q' -> quoted();
      case 's' -> {
        atom("[\\s\\x0B]");
        at += 2;
      }
      case 'S' -> {
        atom("[^\\s\\x0B]");
        at += 2;
      }
      case 'b', 'B', 'A', 'z' -> {
        open.peek().atom(1, 0);
        copy(2);
      }
      default -> {
        open.peek().atom(1, 1);
        escaped();
      }
    }
  }

  /** Copies an escape that is one character or one class of them. */
  private void escaped() {
    char c = expression.charAt(at + 1);
    if (c == 'v' || c == 'V') {
      throw refused("\\" + c, "the vertical tab alone", "[\\n\\x0B\\f\\r]");
    }
    if (c == '0') {
      throw refused("\\0", "an octal number of fewer digits", "\\x and two digits");
    }
    boolean braced = "pPxN".indexOf(c) >= 0 && expression.startsWith("{", at + 2);
    int end = braced ? expression.indexOf('}', at) + 1 : at + 2;
    if (!braced && c == 'x') {
      end = at + 4;
    } else if (c == 'p' || c == 'P') {
      end = braced ? end : at + 3;
    }
    copy(Math.min(end, expression.length()) - at);
  }

  private void quoted() {
    int end = expression.indexOf("\\E", at);
    int stop = end < 0 ? expression.length() : end;
    for (int i = at + 2; i < stop; i++) {
      open.peek().atom(1, 1);
    }
    copy((end < 0 ? stop : end + 2) - at);
  }

  private void brackets() {
    open.peek().atom(1, 1);
    copy(expression.startsWith("[^", at) ? 2 : 1);
    boolean first = true;
    while (first || expression.charAt(at) != ']') {
      first = false;
      char c = expression.charAt(at);
      if (c == '[') {
        throw refused("[ within brackets", "the character [", "one pair of brackets, or \\[");
      }
      if (c == '&' && expression.startsWith("&&", at)) {
        throw refused("&& within brackets", "the character &", "one pair of brackets, or \\&");
      }
      if (c == '\\') {
        escapedInBrackets();
      } else {
        copy(1);
      }
    }
    copy(1);
  }

  private void escapedInBrackets() {
    if (expression.startsWith("\\s", at)) {
      out.append("\\s\\x0B");
      at += 2;
    } else if (expression.startsWith("\\Q", at)) {
      throw refused("\\Q within brackets", "something else", "a backslash before each character");
    } else {
      escaped();
    }
  }

  private void enter() {
    if (open.size() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "the pattern has more than " + MAX_DEPTH + " groups in each other");
    }
    int flags = at + 1;
    if (expression.startsWith("?", flags)) {
      int end = flags + 1;
      while (isLetter(end) || expression.charAt(end) == '-') {
        end++;
      }
      String letters = expression.substring(flags + 1, end);
      requireFlags(letters);
      if (expression.charAt(end) == ')') {
        copy(end + 1 - at);
        return;
      }
      boolean named = expression.startsWith("<", end) && isLetter(end + 1);
      end = named ? expression.indexOf('>', end) : end;
      copy(end + 1 - at);
    } else {
      copy(1);
    }
    open.push(new Group());
  }

  private boolean isLetter(int index) {
    return Character.isLetter(expression.charAt(index));
  }

  private void requireFlags(String letters) {
    for (char flag : letters.toCharArray()) {
      if (flag != 'i' && flag != '-' && !(flag == 's' && dotAll && at == 0)) {
        throw refused(
            "the flag '" + flag + "'",
            "something else or nothing",
            "the characters themselves, or (?s) or (?i) in front of the pattern");
      }
    }
  }

  private void leave() {
    Group group = open.pop();
    open.peek().atom(group.size + 1, group.longest());
    copy(1);
  }

  private void repetition() {
    int end = expression.indexOf('}', at);
    String[] counts = expression.substring(at + 1, end).split(",", -1);
    String most = counts[counts.length - 1];
    boolean endless = most.isEmpty();
    open.peek().repeat(number(endless ? counts[0] : most), endless);
    copy(end + 1 - at);
  }

  /** RE2 takes up to 1,000; Java has one brace without a number. */
  private static long number(String digits) {
    if (!digits.matches("[0-9]+")) {
      throw refused("\\b{g}", "the characters {g} behind \\b", "\\b");
    }
    return digits.length() > 4 ? MAX_PROGRAM : Long.parseLong(digits);
  }

  private static IllegalArgumentException refused(String what, String means, String instead) {
    return new IllegalArgumentException(
        "the pattern has %s, which would mean %s: patterns are RE2. Write %s instead."
            .formatted(what, means, instead));
  }
}
