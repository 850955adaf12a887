package io.sluice.definition.model;

import java.util.Comparator;
import java.util.Objects;

/**
 * One thing that is wrong in a definition file.
 *
 * @param file the file as it was named by the caller
 * @param line from 1; 0 when the problem is the file as a whole
 * @param column from 1; 0 when the problem is the file as a whole
 * @param path where in the document, such as {@code gold.exposure.window}; may be empty
 * @param message what is wrong, what is allowed and what may have been meant
 */
public record Problem(String file, int line, int column, String path, String message)
    implements Comparable<Problem> {
  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::path)
          .thenComparing(Problem::message);

  public Problem {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(message, "message");
  }

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /** The problem on one line: {@code file:line:column path: message}. */
  @Override
  public String toString() {
    String place = line > 0 ? file + ":" + line + ":" + column : file;
    return place + (path.isEmpty() ? ": " : " " + path + ": ") + message;
  }
}
