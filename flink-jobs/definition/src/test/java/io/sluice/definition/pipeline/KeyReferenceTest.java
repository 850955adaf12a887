package io.sluice.definition.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.definition.model.Problem;
import io.sluice.definition.pipeline.PipelinePart.Key;
import io.sluice.definition.yaml.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference of a pipeline file's keys says what the readers do. */
class KeyReferenceTest {
  private static final Path FIXTURE = Path.of("src", "test", "resources", "specs", "fixture");
  private static final Pattern MISSING = Pattern.compile("(?:the key )?'(\\w+)' is missing.*");

  @TempDir private Path folder;

  @Test
  void isWhatTheReadersAccept() throws IOException {
    ReferenceFile.check("KEYS.md", text());
  }

  /** A file with this mapping alone, and a key in it that there is not. */
  @ParameterizedTest
  @EnumSource
  void saysOfEachPartWhatTheReadersSay(PipelinePart part) throws IOException {
    String path = part.path().replace("<dataset>", "trips").replace("<view>", "v");
    List<Problem> problems = problemsOf(withStranger(path));
    assertThat(problems)
        .filteredOn(problem -> problem.message().startsWith("unknown key 'strange'"))
        .extracting(Problem::path, Problem::message)
        .containsExactly(
            tuple(
                path.isEmpty() ? "strange" : path + ".strange",
                "unknown key 'strange'. Allowed: %s."
                    .formatted(String.join(", ", new TreeSet<>(part.names())))));
    assertThat(problems)
        .filteredOn(problem -> problem.path().equals(path))
        .extracting(problem -> MISSING.matcher(problem.message()))
        .filteredOn(matcher -> matcher.matches())
        .extracting(matcher -> matcher.group(1))
        .containsExactlyInAnyOrderElementsOf(
            part.keys().stream()
                .filter(key -> key.otherwise().equals(PipelinePart.REQUIRED))
                .map(Key::name)
                .toList());
  }

  private List<Problem> problemsOf(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("pipeline.yaml"), yaml);
    return PipelineLoader.validate(List.of(file), whose -> FIXTURE, Variables.own());
  }

  private static String withStranger(String path) {
    String[] steps = path.isEmpty() ? new String[0] : path.split("\\.");
    String inner = "{strange: 1}";
    for (int i = steps.length - 1; i >= 0; i--) {
      inner = "{" + steps[i] + ": " + inner + "}";
    }
    // Silver reads only what a source names.
    String sources = path.startsWith("silver") ? "sources: {trips: {}}\n" : "";
    return sources + inner.substring(1, inner.length() - 1) + "\n";
  }

  private static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            # The keys of a pipeline file

            Made of what the readers accept; do not edit it. `KeyReferenceTest` fails when it is out of date, and says how to write it anew. Any other key is an error.
            A duration is a whole number and one of `ms`, `s`, `m`, `h`, `d`. [definition](../flink-jobs/definition/README.md) tells more of each part, and of expressions.
            """);
    for (PipelinePart part : PipelinePart.values()) {
      text.append("\n## ")
          .append(part.path().isEmpty() ? "Top" : "`" + part.path() + "`")
          .append("\n\n")
          .append(Character.toUpperCase(part.title().charAt(0)))
          .append(part.title().substring(1))
          .append(".\n\n| key | value | when left out | meaning |\n|---|---|---|---|\n");
      for (Key key : part.keys()) {
        text.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(key.name(), key.value(), key.otherwise(), key.meaning()));
      }
    }
    return text.toString();
  }
}
