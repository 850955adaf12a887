package io.sluice.definition.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the canonical text of {@link ShapeText}, in which every operator stands before its
 * arguments, as a pipeline file would: {@code sum(*(amount, 2))} is {@code sum(amount * 2)}.
 */
final class Infix {
  private static final Pattern OPERATOR =
      Pattern.compile("(?<![A-Za-z0-9_])([-+*/=<>]|!=|<=|>=|and|or)\\(");
  private static final Pattern QUOTED = Pattern.compile("'([^']|'')*'");

  private final String text;
  private int at;

  private Infix(String text) {
    this.text = text;
  }

  static String of(String canonical) {
    Infix reader = new Infix(canonical);
    StringBuilder written = new StringBuilder();
    while (reader.at < canonical.length()) {
      written.append(reader.part(false));
    }
    return written.toString();
  }

  /** A constant, an operator with its arguments, or one character. */
  private String part(boolean inside) {
    Matcher quoted = QUOTED.matcher(text).region(at, text.length());
    if (quoted.lookingAt()) {
      at = quoted.end();
      return quoted.group();
    }
    Matcher operator = OPERATOR.matcher(text).region(at, text.length()).useTransparentBounds(true);
    if (!operator.lookingAt()) {
      return String.valueOf(text.charAt(at++));
    }
    at = operator.end();
    String joined = String.join(" " + operator.group(1) + " ", arguments());
    return inside ? "(" + joined + ")" : joined;
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (depth == 0 && c == ')') {
        at++;
        break;
      }
      if (depth == 0 && text.startsWith(", ", at)) {
        at += 2;
        arguments.add(argument.toString());
        argument.setLength(0);
        continue;
      }
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      argument.append(part(depth == 0));
    }
    arguments.add(argument.toString());
    return arguments;
  }
}
