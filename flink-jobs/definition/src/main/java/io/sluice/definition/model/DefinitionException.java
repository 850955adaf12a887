package io.sluice.definition.model;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Definition files are wrong. Carries every problem that was found, not only the first. */
public final class DefinitionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public DefinitionException(Iterable<Problem> found) {
    this(sorted(found));
  }

  private DefinitionException(List<Problem> problems) {
    super(text(problems));
    this.problems = problems;
  }

  /** At least one problem, by file, line and column, each of them once. */
  public List<Problem> problems() {
    return problems;
  }

  private static List<Problem> sorted(Iterable<Problem> found) {
    TreeSet<Problem> sorted = new TreeSet<>();
    found.forEach(sorted::add);
    return List.copyOf(sorted);
  }

  private static String text(List<Problem> problems) {
    String heading =
        problems.size() == 1
            ? "1 problem in the definitions:"
            : problems.size() + " problems in the definitions:";
    return problems.stream()
        .map(problem -> "\n  " + problem)
        .collect(Collectors.joining("", heading, ""));
  }
}
