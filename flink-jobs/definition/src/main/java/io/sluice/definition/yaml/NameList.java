package io.sluice.definition.yaml;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in a message: the first few, and how many more there are. */
public final class NameList {
  /** Names that are shown. */
  public static final int MAX_SHOWN = 40;

  private NameList() {}

  /**
   * The names in their order, such as {@code a, b, c}. Of more than {@value #MAX_SHOWN} the first
   * are shown and the others counted: {@code a, b and 1,898 more}.
   */
  public static String of(Collection<String> names) {
    int more = names.size() - MAX_SHOWN;
    // One more name is shorter than the words for it.
    if (more <= 1) {
      return String.join(", ", names);
    }
    return names.stream().limit(MAX_SHOWN).collect(Collectors.joining(", "))
        + " and %,d more".formatted(more);
  }

  /** {@link #of}, or "none" if there are none. */
  public static String orNone(Collection<String> names) {
    return names.isEmpty() ? "none" : of(names);
  }
}
