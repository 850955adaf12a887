package io.sluice.definition.yaml;

import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Problem;
import java.util.List;
import java.util.TreeSet;

/** Collects problems while files are read, so that all of them can be reported at once. */
public final class Problems {
  private final TreeSet<Problem> found = new TreeSet<>();

  /** A problem at one place counts once, also when aliases bring it to several paths. */
  public void add(Problem problem) {
    boolean known =
        problem.line() > 0
            && found.stream()
                .anyMatch(
                    other ->
                        other.file().equals(problem.file())
                            && other.line() == problem.line()
                            && other.column() == problem.column()
                            && other.message().equals(problem.message()));
    if (!known) {
      found.add(problem);
    }
  }

  /** A problem of a file as a whole. */
  public void add(String file, String message) {
    add(new Problem(file, 0, 0, "", message));
  }

  public List<Problem> sorted() {
    return List.copyOf(found);
  }

  /**
   * Ends the reading if anything was wrong.
   *
   * @throws DefinitionException with all problems
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new DefinitionException(found);
    }
  }
}
