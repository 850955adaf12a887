package io.sluice.definition.pipeline;

import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Value;
import java.util.Optional;
import java.util.Set;

/**
 * The datasets that a pipeline names as its sources, for the parts of the file that refer to them.
 *
 * @param names those that the file names, also those that could not be read
 * @param meant what misspelt ones were probably meant to be
 * @param known false when nobody knows which there are, so that any name may be right
 */
record SourceNames(Set<String> names, Set<String> meant, boolean known) {

  /** Reports a name that is none of the sources, and gives the source that was probably meant. */
  Optional<String> check(String name, Value place) {
    if (isKnown(name)) {
      return Optional.empty();
    }
    place.problem(
        "'%s' is not one of the sources.%s".formatted(name, Nearest.allowed(name, names)));
    return Nearest.of(name, names);
  }

  boolean isKnown(String name) {
    return !known || names.contains(name) || meant.contains(name);
  }
}
