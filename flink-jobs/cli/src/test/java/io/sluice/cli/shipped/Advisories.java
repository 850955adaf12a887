package io.sluice.cli.shipped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The list {@code security/advisories.yaml}. */
record Advisories(List<Fault> faults, List<Accepted> accepted) {

  /**
   * Versions of a library with known faults.
   *
   * @param name artifact id; a star at its end stands for any ending
   * @param safe the first version without them, for each line (first two numbers) that has one
   */
  record Fault(String name, List<String> safe) {

    boolean affects(Library library) {
      return matches(name, library.name()) && !isSafe(library.version());
    }

    private boolean isSafe(String version) {
      Optional<String> ofLine =
          safe.stream().filter(first -> line(first).equals(line(version))).findFirst();
      String first = ofLine.orElseGet(() -> safe.stream().max(BY_NUMBERS).orElseThrow());
      return BY_NUMBERS.compare(version, first) >= 0;
    }
  }

  /**
   * A library that stays although it is affected.
   *
   * @param until the day after which somebody must look again
   */
  record Accepted(String place, String name, String version, LocalDate until) {
    boolean isFor(Library library) {
      return library.place().equals(place)
          && matches(name, library.name())
          && library.version().equals(version);
    }
  }

  private static boolean matches(String name, String library) {
    return name.endsWith("*")
        ? library.startsWith(name.substring(0, name.length() - 1))
        : library.equals(name);
  }

  /** By the numbers that a version begins with: 4.1.118.Final is 4.1.118. */
  static final Comparator<String> BY_NUMBERS = Advisories::compareNumbers;

  private static int compareNumbers(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other));
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("[.-]"))
        .takeWhile(part -> part.matches("\\d{1,9}"))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private static List<Integer> line(String version) {
    return Arrays.stream(numbers(version)).limit(2).boxed().toList();
  }

  static Advisories read(Path file) throws IOException {
    Map<?, ?> all =
        (Map<?, ?>)
            new Load(LoadSettings.builder().setLabel(file.toString()).build())
                .loadFromString(Files.readString(file));
    return new Advisories(
        entries(all, "faults").stream()
            .map(fault -> new Fault(text(fault, "name"), texts(fault, "safe")))
            .toList(),
        entries(all, "accepted").stream().map(Advisories::accepted).toList());
  }

  private static Accepted accepted(Map<?, ?> entry) {
    text(entry, "why");
    if (!Set.of("yes", "no").contains(text(entry, "reachable"))) {
      throw new IllegalArgumentException(
          entry + " does not say whether it is reachable, yes or no.");
    }
    return new Accepted(
        text(entry, "place"),
        text(entry, "name"),
        text(entry, "version"),
        LocalDate.parse(text(entry, "until")));
  }

  private static List<Map<?, ?>> entries(Map<?, ?> all, String key) {
    return ((List<?>) all.get(key)).stream().<Map<?, ?>>map(entry -> (Map<?, ?>) entry).toList();
  }

  private static List<String> texts(Map<?, ?> entry, String key) {
    return ((List<?>) entry.get(key)).stream().map(String::valueOf).toList();
  }

  private static String text(Map<?, ?> entry, String key) {
    if (!(entry.get(key) instanceof String text) || text.isBlank()) {
      throw new IllegalArgumentException(entry + " has no text under " + key + ".");
    }
    return text;
  }
}
