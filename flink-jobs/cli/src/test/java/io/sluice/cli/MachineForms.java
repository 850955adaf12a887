package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Outputs of commands as files of {@code src/test/resources/forms}: {@code NAME.json} or {@code
 * NAME.txt}. Only times that pass and folders of the test are replaced.
 */
final class MachineForms {
  private static final Path FOLDER = Path.of("src", "test", "resources", "forms");

  private MachineForms() {}

  static void check(String name, Path home, String[] arguments, String output) throws IOException {
    String form =
        output
            .replace(home.toString(), "FOLDER")
            .replaceAll("\"(uptimeMs|ageMs)\" : \\d+", "\"$1\" : 0");
    boolean json = List.of(arguments).contains("--json");
    Path expected = FOLDER.resolve(name + (json ? ".json" : ".txt"));
    assertThat(form).as("%s", expected).isEqualTo(Files.readString(expected));
  }
}
