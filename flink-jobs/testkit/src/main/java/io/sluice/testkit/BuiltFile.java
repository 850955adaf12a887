package io.sluice.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds what another module's build has left in its target folder, for processes of their own. */
final class BuiltFile {

  private BuiltFile() {}

  /**
   * Looks from the working directory upwards, so that each module's tests find it.
   *
   * @param module the module's folder, such as {@code flink-jobs/testkit}
   * @param name below its target folder
   * @throws IOException if the module is not built; the message says how to
   */
  static Path find(String module, String name) throws IOException {
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      Path file = at.resolve(module).resolve("target").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new IOException(
        "There is no %s/target/%s above %s: the module is not built. Run: mvn -Dquick -pl %s -am process-classes"
            .formatted(module, name, start, module));
  }
}
