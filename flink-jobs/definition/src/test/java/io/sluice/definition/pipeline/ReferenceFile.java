package io.sluice.definition.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of {@code schemas/} that is made of the code. */
final class ReferenceFile {
  private static final Path FOLDER = Path.of("..", "..", "schemas");
  private static final String WRITE = "sluice.writeReferences";
  private static final String COMMAND =
      "mvn -o -q -pl flink-jobs/definition -am -DskipIT -DskipStyle -Dtest=*ReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + " test";

  private ReferenceFile() {}

  /** Fails when the page says something else; writes it when the run is for that. */
  static void check(String name, String text) throws IOException {
    Path file = FOLDER.resolve(name);
    if (System.getProperty(WRITE) != null) {
      Files.writeString(file, text);
    }
    assertThat(Files.readString(file))
        .as("schemas/%s is out of date. Write it anew: %s", name, COMMAND)
        .isEqualTo(text);
  }
}
