package io.sluice.definition.yaml;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The environment variables that a pipeline file may name: those of the platform, which begin with
 * {@value #PREFIX}, and those that its operator has listed. Without a list a file from anybody
 * could send any variable of the process to an address of its choice.
 *
 * @param listed names that the operator allows besides
 */
public record Variables(Set<String> listed) {

  /** The variable in which the operator lists names, separated by commas or blanks. */
  public static final String LIST = "SLUICE_ALLOWED_ENV";

  private static final String PREFIX = "SLUICE_";

  public Variables {
    listed = Set.copyOf(listed);
  }

  /** Those of the platform only. */
  public static Variables own() {
    return new Variables(Set.of());
  }

  /**
   * Those of the platform and of a list.
   *
   * @param list the value of {@value #LIST}, or null without one
   */
  public static Variables listed(String list) {
    return new Variables(
        list == null
            ? Set.of()
            : Arrays.stream(list.split("[,\\s]+"))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet()));
  }

  public boolean allow(String name) {
    return name.startsWith(PREFIX) || listed.contains(name);
  }
}
