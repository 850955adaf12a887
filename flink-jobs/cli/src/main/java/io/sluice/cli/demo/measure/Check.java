package io.sluice.cli.demo.measure;

import java.util.List;

/**
 * One line of the reconciliation.
 *
 * @param differences the first few, as text; empty when it passes
 */
public record Check(String name, String expected, String found, List<String> differences) {
  public Check {
    differences = List.copyOf(differences);
  }

  /** Compares two numbers. */
  static Check count(String name, long expected, long found) {
    return new Check(
        name,
        "%,d".formatted(expected),
        "%,d".formatted(found),
        expected == found
            ? List.of()
            : List.of(
                "%,d %s"
                    .formatted(
                        Math.abs(found - expected), found > expected ? "too many" : "missing")));
  }

  /** Whether expected and found agree. */
  public boolean passes() {
    return differences.isEmpty();
  }
}
