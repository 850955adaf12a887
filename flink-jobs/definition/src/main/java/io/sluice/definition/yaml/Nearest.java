package io.sluice.definition.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the name that a person who mistyped one probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The closest candidate, if one is close enough to be a slip of the keyboard. */
  public static Optional<String> of(String word, Collection<String> candidates) {
    return candidates.stream()
        .filter(candidate -> isSlip(word, candidate))
        .min(
            Comparator.comparingInt((String candidate) -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** At most a third of the letters may differ, but always one. */
  private static boolean isSlip(String word, String candidate) {
    int distance = distance(word, candidate);
    int longer = Math.max(word.length(), candidate.length());
    return distance < Math.min(word.length(), candidate.length())
        && distance <= Math.max(1, longer / 3);
  }

  /** The sentence {@code " Did you mean 'x'?"}, or nothing. */
  public static String hint(String word, Collection<String> candidates) {
    return of(word, candidates).map(" Did you mean '%s'?"::formatted).orElse("");
  }

  /** The sentences {@code " Allowed: a, b. Did you mean 'a'?"}. */
  public static String allowed(String word, Collection<String> candidates) {
    if (candidates.isEmpty()) {
      return "";
    }
    return " Allowed: " + NameList.of(new TreeSet<>(candidates)) + "." + hint(word, candidates);
  }

  /** Insertions, deletions, replacements and swaps of neighbours; case counts for nothing. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(a, b, cost, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(String a, String b, int[][] cost, int i, int j) {
    int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
