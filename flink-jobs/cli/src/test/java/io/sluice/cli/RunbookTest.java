package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of the runbooks about pipelines do what the pages say: each block is run, in order,
 * beside a pipeline that runs, or that has stopped with a savepoint if it is to be started.
 */
class RunbookTest extends CommandRun {
  private static final Path PAGES = Path.of("..", "..", "k8s", "runbooks");
  private static final Pattern BLOCK = Pattern.compile("```bash\\R(.*?)```", Pattern.DOTALL);
  private static final List<String> OF_PIPELINES =
      List.of("upgrade.md", "rescale.md", "backfill.md", "lost-taskmanager.md", "rewind.md");

  static Stream<String> blocks() throws IOException {
    Stream.Builder<String> blocks = Stream.builder();
    for (String page : OF_PIPELINES) {
      Matcher block = BLOCK.matcher(Files.readString(PAGES.resolve(page)));
      while (block.find()) {
        blocks.add(block.group(1));
      }
    }
    return blocks.build();
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void runs(String block) throws IOException {
    Path savepoint = folder.resolve("home/savepoints/city/savepoint-2");
    assertThat(run("submit", pipeline, "--definitions", my.toString(), "--parallelism", "1"))
        .isZero();
    Files.createDirectories(folder.resolve("home/logs"));
    Files.writeString(folder.resolve("home/logs/taskmanager.log"), "[job1] of city\n");
    Files.createDirectories(savepoint);
    Files.writeString(savepoint.resolve("_metadata"), "");
    Files.writeString(my.resolve("old.csv"), "id,at,fare\na,1,2.5\n");
    platform.tables = List.of("silver/trips");
    if (block.startsWith("./sluice restore")) {
      run("stop", "city", "--savepoint");
    }
    for (String line : block.lines().toList()) {
      String[] words =
          line.replace("my/", my + "/").replace("SAVEPOINT", savepoint.toString()).split(" ");
      assertThat(words[0]).isEqualTo("./sluice");
      assertThat(run(List.of(words).subList(1, words.length).toArray(String[]::new)))
          .as("%s: %s", line, err)
          .isZero();
    }
  }
}
