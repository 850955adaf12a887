package io.sluice.cli;

import java.util.ArrayList;
import java.util.List;

/** Splits a line as a shell does: quotes, backslashes and comments, no variables. */
final class ShellWords {
  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean within;
  private char quote;

  private ShellWords(String line) {
    this.line = line;
  }

  static List<String> of(String line) {
    return new ShellWords(line).split();
  }

  private List<String> split() {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        i++;
        add(line.charAt(i));
      } else if (quote != 0) {
        inQuotes(c);
      } else if (c == '#' && !within) {
        break;
      } else {
        outside(c);
      }
    }
    end();
    return words;
  }

  private void inQuotes(char c) {
    if (c == quote) {
      quote = 0;
    } else {
      add(c);
    }
  }

  private void outside(char c) {
    if (c == '\'' || c == '"') {
      quote = c;
      within = true;
    } else if (Character.isWhitespace(c)) {
      end();
    } else {
      add(c);
    }
  }

  private void add(char c) {
    word.append(c);
    within = true;
  }

  private void end() {
    if (within) {
      words.add(word.toString());
    }
    word.setLength(0);
    within = false;
  }
}
