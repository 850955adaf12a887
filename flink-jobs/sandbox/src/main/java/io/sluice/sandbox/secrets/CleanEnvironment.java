package io.sluice.sandbox.secrets;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of the launcher's environment reaches the servers, and with them the code of jobs: whatever
 * else a shell holds, keys of a cloud for example, is none of theirs.
 */
public final class CleanEnvironment {

  /** Names of more variables, separated by commas or blanks. */
  private static final String LIST = "SLUICE_ALLOWED_ENV";

  private static final Set<String> NAMES =
      Set.of("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "JAVA_HOME");

  private CleanEnvironment() {}

  /** Removes what servers do not get. */
  public static void apply(Map<String, String> environment) {
    Set<String> allowed = new TreeSet<>(NAMES);
    allowed.addAll(Arrays.asList(environment.getOrDefault(LIST, "").split("[,\\s]+")));
    environment
        .keySet()
        .removeIf(
            name ->
                !allowed.contains(name) && !name.startsWith("LC_") && !name.startsWith("SLUICE_"));
  }
}
