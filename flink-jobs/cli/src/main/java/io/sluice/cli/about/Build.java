package io.sluice.cli.about;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * What the program was built from, as {@code build-info.sh} has written it beside this class.
 *
 * @param version version of Sluice
 * @param commit commit of git in hexadecimal; empty when the sources were in no repository
 * @param changed whether the sources differed from the commit; empty when that is unknown
 * @param flink version of Flink
 */
public record Build(
    String version, Optional<String> commit, Optional<Boolean> changed, String flink) {
  private static final String FILE = "build.properties";
  private static final String UNKNOWN = "unknown";

  public Build {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(commit, "commit");
    Objects.requireNonNull(changed, "changed");
    Objects.requireNonNull(flink, "flink");
  }

  /**
   * The build of this program.
   *
   * @throws IllegalStateException if the classes were not built by Maven
   */
  public static Build ofThisProgram() {
    try (InputStream file = Build.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException(
            "The version is unknown: %s is missing beside the classes. Build with Maven, which writes it."
                .formatted(FILE));
      }
      Properties properties = new Properties();
      properties.load(file);
      return of(properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Build of(Properties properties) {
    return new Build(
        properties.getProperty("version"),
        known(properties, "commit"),
        known(properties, "changes").map("yes"::equals),
        properties.getProperty("flink"));
  }

  private static Optional<String> known(Properties properties, String key) {
    return Optional.of(properties.getProperty(key)).filter(value -> !value.equals(UNKNOWN));
  }

  /** The commit, and whether the sources had changes, for people. */
  String commitText() {
    if (commit.isEmpty()) {
      return UNKNOWN;
    }
    String mark =
        changed
            .map(any -> any ? ", with changes" : "")
            .orElse(", changes unknown: built without git");
    return commit.get() + mark;
  }
}
