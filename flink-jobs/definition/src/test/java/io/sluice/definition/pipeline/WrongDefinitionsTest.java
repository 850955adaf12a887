package io.sluice.definition.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.yaml.Variables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Runs the spec files under {@code specs/}. Each case takes the valid files of {@code
 * specs/fixture}, changes a text in them, adds or removes files, loads the pipeline and compares
 * all problems, word for word.
 */
class WrongDefinitionsTest {
  private static final Variables LISTED = Variables.listed("PASSWORD, REDIS_PASSWORD");

  private static final Path SPECS = Path.of("src", "test", "resources", "specs");
  private static final Path FIXTURE = SPECS.resolve("fixture");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicContainer> specs() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(SPECS)) {
      files = found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file.getFileName().toString(),
                    cases(file).stream()
                        .map(
                            spec ->
                                DynamicTest.dynamicTest(
                                    (String) spec.get("case"), () -> run(spec)))));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> cases(Path file) {
    try {
      return (List<Map<String, Object>>)
          new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(Map<String, Object> spec) throws IOException {
    assertThat(spec.keySet()).isSubsetOf("case", "change", "add", "remove", "expect");
    Path home = Files.createTempDirectory(folder, "case");
    prepare(spec, home);
    DefinitionException failure =
        catchThrowableOfType(
            DefinitionException.class,
            () -> PipelineLoader.load(home.resolve("pipeline.yaml"), home, LISTED));
    List<String> actual = new ArrayList<>();
    if (failure != null) {
      failure
          .problems()
          .forEach(
              problem ->
                  actual.add(
                      problem.toString().replace(home + "/", "").replace(home.toString(), "DIR")));
    }
    assertThat(actual).isEqualTo(spec.get("expect"));
  }

  @SuppressWarnings("unchecked")
  private static void prepare(Map<String, Object> spec, Path home) throws IOException {
    try (Stream<Path> files = Files.list(FIXTURE)) {
      for (Path file : files.toList()) {
        Files.copy(file, home.resolve(file.getFileName()));
      }
    }
    var changes = (Map<String, Map<String, String>>) spec.getOrDefault("change", Map.of());
    for (var change : changes.entrySet()) {
      Path file = home.resolve(change.getKey());
      String text = Files.readString(file);
      for (var replacement : change.getValue().entrySet()) {
        assertThat(text).as(change.getKey()).contains(replacement.getKey());
        text = text.replace(replacement.getKey(), replacement.getValue());
      }
      Files.writeString(file, text);
    }
    for (var added : ((Map<String, String>) spec.getOrDefault("add", Map.of())).entrySet()) {
      Path file = home.resolve(added.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, added.getValue());
    }
    for (String removed : (List<String>) spec.getOrDefault("remove", List.of())) {
      Files.delete(home.resolve(removed));
    }
  }
}
