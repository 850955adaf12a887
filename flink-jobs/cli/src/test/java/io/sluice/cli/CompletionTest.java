package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The completion script in real shells. */
class CompletionTest extends CommandRun {
  /** Asks as bash does when the cursor is behind the last word, which may be empty. */
  private static final String ASK =
      """
      set -u
      source "$1" || exit
      shift
      compopt() { :; }
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      COMP_LINE="$*"
      COMP_POINT=${#COMP_LINE}
      COMPREPLY=()
      _complete_sluice
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  private Path script;

  @BeforeEach
  void printScript() throws IOException {
    Path pipelines = Files.createDirectories(folder.resolve("flink-jobs/pipelines"));
    for (String name : List.of("market-risk", "retail", "re`touch x`tail")) {
      Files.writeString(pipelines.resolve(name + ".yaml"), TestingCommands.PIPELINE);
    }
    script = printed("bash");
  }

  @Test
  void bashTakesTheScript() throws Exception {
    assertThat(shell("bash", "-n", script.toString())).isEmpty();
    assertThat(shell("bash", "-c", "source \"$1\" && complete -p sluice", "-", script.toString()))
        .isEqualTo("complete -o default -F _complete_sluice sluice\n");
  }

  @Test
  void completesCommands() throws Exception {
    assertThat(completions("./sluice", "ta")).containsExactly("table");
    assertThat(completions("sluice", "table", "sh")).containsExactly("show");
    assertThat(completions("sluice", "re"))
        .containsExactlyInAnyOrder("restore", "rewind", "reset", "remove", "render");
    assertThat(completions("sluice", ""))
        .contains("up", "demo", "submit", "version", "completion", "maintain");
  }

  @Test
  void completesOptionsAlsoThoseOfEveryCommand() throws Exception {
    assertThat(completions("sluice", "submit", "--de")).containsExactly("--definitions");
    assertThat(completions("sluice", "submit", "market-risk", "--h"))
        .containsExactlyInAnyOrder("--home", "--help");
    assertThat(completions("sluice", "version", "--j")).containsExactly("--json");
  }

  @Test
  void completesValues() throws Exception {
    assertThat(completions("sluice", "up", "--storage", "")).containsExactly("disk", "s3");
    assertThat(completions("sluice", "completion", "z")).containsExactly("zsh");
    assertThat(completions("sluice", "query", "--format", "c")).containsExactly("csv");
  }

  @Test
  void completesPipelines() throws Exception {
    for (String command : List.of("submit", "ui", "reset", "restore", "stop", "savepoint")) {
      assertThat(completions("sluice", command, "")).containsExactly("market-risk", "retail");
    }
    assertThat(completions("sluice", "submit", "--json", "ma")).containsExactly("market-risk");
    assertThat(completions("sluice", "produce", "--pipeline", "r")).containsExactly("retail");
    assertThat(completions("sluice", "logs", "")).contains("kafka", "jobmanager", "retail");
    assertThat(completions("sluice", "remove", "t")).containsExactly("table", "topic");
  }

  /** Without a match of its own, bash falls back on files unless a function forbids it. */
  @Test
  void leavesPathsToTheShell() throws Exception {
    assertThat(completions("sluice", "submit", "my/pipe")).containsExactly("");
    assertThat(completions("sluice", "submit", "x", "--from", "save")).containsExactly("");
    assertThat(Files.readString(script)).doesNotContain("compopt +o default");
  }

  @Test
  void zshTakesTheScript() throws Exception {
    assumeThat(onPath("zsh")).as("zsh is not installed").isTrue();
    Path same = printed("zsh");
    assertThat(same).hasSameTextualContentAs(script);
    assertThat(shell("zsh", "-f", "-n", same.toString())).isEmpty();
    assertThat(shell("zsh", "-f", "-c", "source $1; print $_comps[sluice]", "-", same.toString()))
        .contains("_complete_sluice");
  }

  @Test
  void anotherShellIsRefused() {
    assertThat(run("completion", "fish")).isEqualTo(2);
    assertThat(err.toString()).contains("[bash, zsh]");
    assertThat(run("completion")).isEqualTo(2);
  }

  private Path printed(String shell) throws IOException {
    out.getBuffer().setLength(0);
    assertThat(run("completion", shell)).isZero();
    return Files.writeString(folder.resolve(shell + " script"), out.toString());
  }

  private List<String> completions(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "--noprofile", "--norc", "-c", ASK));
    command.addAll(List.of("ask", script.toString()));
    command.addAll(List.of(words));
    return shell(command.toArray(String[]::new)).lines().toList();
  }

  /** What a shell prints, errors included; it must end well. */
  private String shell(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
