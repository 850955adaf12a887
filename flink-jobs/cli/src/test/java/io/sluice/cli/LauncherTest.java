package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, with a path that holds only what a test puts there. */
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "cat",
          "find",
          "flock",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "sed",
          "sleep",
          "tail",
          "touch");

  private static final Path BASH = find("bash");

  @TempDir private Path folder;
  private Path root;
  private Path path;

  private record Outcome(int code, String text) {}

  @BeforeEach
  void copyLauncher() throws IOException {
    root = Files.createDirectories(folder.resolve("clone"));
    path = Files.createDirectories(folder.resolve("bin"));
    for (String directory : List.of("udfs", "flink-jobs")) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.copy(repository().resolve("sluice"), root.resolve("sluice"));
    for (String tool : TOOLS) {
      // Not a link, about which the clean-up of the folder would complain.
      executable(path.resolve(tool), "exec " + find(tool) + " \"$@\"");
    }
  }

  @Test
  void theScriptIsValid() throws Exception {
    assertThat(run(List.of(BASH.toString(), "-n", root.resolve("sluice").toString())).code())
        .isZero();
  }

  @Test
  void saysThatJavaIsMissing() throws Exception {
    Outcome outcome = launch();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.text())
        .startsWith("sluice: no Java was found: install a JDK 17")
        .hasLineCount(1);
  }

  @Test
  void saysThatJavaIsTooOld() throws Exception {
    program("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
    Outcome outcome = launch();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.text()).contains("Java 17 is needed, but").contains("is version 11:");
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    program("java", "echo 'openjdk version \"17.0.2\" 2022-01-15' >&2");
    Outcome outcome = launch();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.text())
        .startsWith("sluice: Maven is needed to build Sluice")
        .hasLineCount(1);
  }

  @Test
  void showsTheEndOfAFailedBuild() throws Exception {
    jdk();
    program("mvn", "echo 'the compiler says no'; exit 1");
    Outcome outcome = launch();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.text())
        .contains("the first time takes minutes", "the compiler says no", "the build failed");
  }

  @Test
  void buildsOnceAndThenOnlyWhenASourceIsNewer() throws Exception {
    jdk();
    maven();
    Path link = Files.createSymbolicLink(folder.resolve("link"), root.resolve("sluice"));
    assertThat(run(List.of(BASH.toString(), link.toString(), "up", "--home", "a b")).text())
        .contains("io.sluice.cli.Main up --home a b")
        .contains("-Dsluice.root=" + root);
    assertThat(launch().text()).doesNotContain("building");
    assertThat(root.resolve("builds")).hasContent("built");

    Files.createDirectories(root.resolve("udfs/src/main/java"));
    Files.writeString(root.resolve("udfs/src/main/java/New.java"), "");
    assertThat(launch().text()).contains("sources have changed");
    assertThat(Files.readAllLines(root.resolve("builds"))).hasSize(2);
  }

  @Test
  void isNotLedAstrayByTheSurroundings() throws Exception {
    jdk();
    maven();
    Files.createDirectories(folder.resolve("other/clone"));
    ProcessBuilder builder = builder(List.of(BASH.toString(), "clone/sluice", "up"));
    builder.environment().put("CDPATH", folder.resolve("other") + ":" + folder);
    builder.environment().put("LC_ALL", "tr_TR.UTF-8");
    Outcome outcome = outcome(builder.start());
    assertThat(outcome.code()).isZero();
    assertThat(outcome.text())
        .contains("-Dsluice.root=" + root + " ")
        .contains("-Duser.language=en ")
        .contains("LC_ALL=C.UTF-8");
  }

  @Test
  void twoCallersAtOnceBuildOnce() throws Exception {
    jdk();
    maven();
    Process first = start(List.of(BASH.toString(), root.resolve("sluice").toString(), "up"));
    Outcome second = launch();
    assertThat(first.waitFor()).isZero();
    assertThat(second.code()).isZero();
    assertThat(second.text()).contains("io.sluice.cli.Main up");
    assertThat(root.resolve("builds")).hasContent("built");
  }

  @Test
  void aDistributionNeedsNoMaven() throws Exception {
    jdk();
    Path unpacked = distribution("my sluice $x 'y");
    Path link = Files.createSymbolicLink(folder.resolve("link"), unpacked.resolve("bin/sluice"));
    for (Path script : List.of(unpacked.resolve("bin/sluice"), link)) {
      Outcome outcome = run(List.of(script.toString(), "up"));
      assertThat(outcome.text())
          .contains("io.sluice.cli.Main up")
          .contains("-Dsluice.root=" + unpacked + " -Dsluice.program=" + script + " ")
          .contains("-cp " + unpacked + "/lib/sluice-cli.jar:")
          .hasLineCount(1);
      assertThat(outcome.code()).isZero();
    }
    try (var files = Files.list(unpacked)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("bin", "lib");
    }
  }

  @Test
  void isCalledByItsNameWhereThePathLeadsToIt() throws Exception {
    jdk();
    Path unpacked = distribution("sluice-1");
    Files.createSymbolicLink(path.resolve("sluice"), unpacked.resolve("bin/sluice"));
    assertThat(run(List.of(BASH.toString(), "-c", "sluice up")).text())
        .contains("-Dsluice.root=" + unpacked + " -Dsluice.program=sluice ");
    assertThat(run(List.of("sluice-1/bin/sluice", "up")).text())
        .contains("-Dsluice.program=sluice ");
    Files.delete(path.resolve("sluice"));
    assertThat(run(List.of("sluice-1/bin/sluice", "up")).text())
        .contains("-Dsluice.program=sluice-1/bin/sluice ");
  }

  @Test
  void saysWhyADistributionCannotRun() throws Exception {
    jdk();
    Path copy = distribution("a copy");
    Files.delete(copy.resolve("lib/sluice-cli.jar"));
    assertThat(run(List.of(copy.resolve("bin/sluice").toString(), "up")).text())
        .startsWith("sluice: " + copy + "/lib/sluice-cli.jar cannot be read: bin/sluice works in")
        .hasLineCount(1);
    Path colon = distribution("12:30");
    assertThat(run(List.of(colon.resolve("bin/sluice").toString(), "up")).text())
        .startsWith("sluice: the folder " + colon + " has a colon in its name")
        .hasLineCount(1);
  }

  private Path distribution(String name) throws IOException {
    Path unpacked = folder.resolve(name);
    Files.createDirectories(unpacked.resolve("lib"));
    Files.createFile(unpacked.resolve("lib/sluice-cli.jar"));
    Files.createFile(unpacked.resolve("lib/picocli-1.jar"));
    Files.createDirectories(unpacked.resolve("bin"));
    Path script = Files.copy(repository().resolve("sluice"), unpacked.resolve("bin/sluice"));
    assertThat(script).isExecutable();
    if (Files.notExists(path.resolve("bash"))) {
      program("bash", "exec " + BASH + " \"$@\"");
    }
    return unpacked;
  }

  /** Stands in for Maven: makes the products after a moment and counts. */
  private void maven() throws IOException {
    program(
        "mvn",
        """
        sleep 0.2
        mkdir -p "$ROOT/flink-jobs/cli/target/lib" "$ROOT/flink-jobs/job/target"
        touch "$ROOT/flink-jobs/cli/target/sluice-cli.jar" "$ROOT/flink-jobs/job/target/sluice-job.jar"
        echo "built" >> "$ROOT/builds\"""");
  }

  private void jdk() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.2\"\n");
    executable(bin.resolve("java"), "echo \"java $* LC_ALL=$LC_ALL\"");
    executable(bin.resolve("javac"), "");
    Files.createSymbolicLink(path.resolve("java"), bin.resolve("java"));
  }

  private void program(String name, String body) throws IOException {
    executable(path.resolve(name), body);
  }

  private static void executable(Path file, String body) throws IOException {
    Files.writeString(file, "#!" + BASH + "\n" + body + "\n", StandardOpenOption.CREATE_NEW);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome launch() throws Exception {
    return run(List.of(BASH.toString(), root.resolve("sluice").toString(), "up"));
  }

  private Process start(List<String> command) throws IOException {
    return builder(command).start();
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", path.toString(), "ROOT", root.toString()));
    builder.redirectErrorStream(true);
    return builder;
  }

  private Outcome run(List<String> command) throws Exception {
    return outcome(start(command));
  }

  private static Outcome outcome(Process process) throws Exception {
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text);
  }

  private static Path find(String tool) {
    for (String directory : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
      Path file = Path.of(directory, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IllegalStateException("This machine has no " + tool);
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("sluice"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
