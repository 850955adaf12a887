package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.Test;

/**
 * Keeps the list of Flink's internal types in README.md true, and points whoever upgrades Flink to
 * it: what compiles may behave otherwise.
 */
class FlinkInternalsTest {

  private static final Path ROOM = Path.of("src/main/java/io/sluice/sandbox/ha");

  /** {@code org.apache.flink.} is left out in the list. */
  private static final Pattern IMPORT =
      Pattern.compile("^import org\\.apache\\.flink\\.([\\w.]+);$", Pattern.MULTILINE);

  private static final String HEADING = "## What it uses of Flink's internals";

  private static final Pattern LISTED = Pattern.compile("`((?:[a-z]+\\.)+[A-Z]\\w+)`");

  /** Flink keeps these between minor versions: annotated with {@code @Public...}. */
  private static final List<String> PUBLIC =
      List.of(
          "api.",
          "configuration.",
          "core.execution.RecoveryClaimMode",
          "runtime.highavailability.JobResultStoreOptions");

  @Test
  void theListOfInternalTypesIsComplete() throws IOException {
    assertThat(found(LISTED, section())).isEqualTo(imported());
  }

  @Test
  void anUpgradeOfFlinkLooksAtTheList() throws IOException {
    String version = EnvironmentInformation.getVersion();
    String minor = version.substring(0, version.lastIndexOf('.'));
    assertThat(section())
        .as(
            "Flink is %s now: compare each type of the list in %s with its new version, then name that version there",
            version, ROOM.resolve("README.md"))
        .contains("checked against Flink " + minor + ":");
  }

  private static SortedSet<String> imported() throws IOException {
    SortedSet<String> types = new TreeSet<>();
    try (Stream<Path> files = Files.list(ROOM)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        types.addAll(found(IMPORT, Files.readString(file)));
      }
    }
    types.removeIf(type -> PUBLIC.stream().anyMatch(type::startsWith));
    return types;
  }

  private static SortedSet<String> found(Pattern pattern, String text) {
    SortedSet<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static String section() throws IOException {
    String readme = Files.readString(ROOM.resolve("README.md"));
    assertThat(readme).contains(HEADING);
    return readme.substring(readme.indexOf(HEADING));
  }
}
