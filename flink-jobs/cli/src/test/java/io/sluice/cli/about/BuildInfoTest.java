package io.sluice.cli.about;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that writes what the program was built from, on real repositories. */
class BuildInfoTest {
  private static final Path SCRIPT = Path.of("src", "main", "sh", "build-info.sh").toAbsolutePath();
  private static final String COMMIT = "[0-9a-f]{40}";

  @TempDir private Path temporary;

  /** All repositories are in a folder with a space. */
  private Path folder;

  private Path root;

  @BeforeEach
  void makeRepository() throws Exception {
    assumeThat(onPath("git")).as("git is not installed").isTrue();
    folder = Files.createDirectories(temporary.resolve("a folder"));
    root = Files.createDirectories(folder.resolve("clone"));
    git(root, "init", "--quiet");
    Files.writeString(root.resolve(".gitignore"), "target/\n");
    Files.writeString(root.resolve("Source.java"), "class Source {}\n");
    commit("first");
  }

  @Test
  void tellsTheCommitAndBothVersions() throws Exception {
    assertThat(build(root)).isEqualTo(new Build("1.2", head(), Optional.of(false), "2.2.1"));
    assertThat(build(root).commitText()).matches(COMMIT);
  }

  @Test
  void marksChangesOfFilesAndNewOnesButNotWhatGitIgnores() throws Exception {
    Path ignored = Files.createDirectories(root.resolve("target")).resolve("Made.class");
    Files.writeString(ignored, "x");
    assertThat(build(root).changed()).contains(false);

    Path fresh = Files.writeString(root.resolve("New.java"), "class New {}\n");
    assertThat(build(root).changed()).contains(true);
    Files.delete(fresh);
    assertThat(build(root).changed()).contains(false);

    Files.writeString(root.resolve("Source.java"), "class Other {}\n");
    assertThat(build(root).changed()).contains(true);
    assertThat(build(root).commit()).isEqualTo(head());
    assertThat(build(root).commitText()).matches(COMMIT + ", with changes");
  }

  @Test
  void aFileThatIsRightIsLeftAlone() throws Exception {
    build(root);
    FileTime old = FileTime.fromMillis(0);
    Files.setLastModifiedTime(properties(), old);
    byte[] before = Files.readAllBytes(properties());
    build(root);
    assertThat(properties()).hasBinaryContent(before);
    assertThat(Files.getLastModifiedTime(properties())).isEqualTo(old);
    Files.writeString(root.resolve("Source.java"), "class Other {}\n");
    build(root);
    assertThat(Files.getLastModifiedTime(properties())).isGreaterThan(old);
  }

  @Test
  void anUnpackedArchiveHasNoCommitAlsoWithinAnotherRepository() throws Exception {
    Path archive = Files.createDirectories(root.resolve("unpacked"));
    Build build = build(archive);
    assertThat(build.commit()).isEmpty();
    assertThat(build.changed()).isEmpty();
    assertThat(build.commitText()).isEqualTo("unknown");
    assertThat(build.version()).isEqualTo("1.2");
  }

  @Test
  void aRepositoryWithoutACommitHasNone() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    git(empty, "init", "--quiet");
    assertThat(build(empty).commit()).isEmpty();
    assertThat(build(empty, withoutGit()).commit()).isEmpty();
  }

  @Test
  void worktreesAndShallowClonesAreRepositoriesToo() throws Exception {
    commit("second");
    Path worktree = folder.resolve("work tree");
    git(root, "worktree", "add", "--quiet", "-b", "side", worktree.toString());
    Path shallow = folder.resolve("shallow");
    git(folder, "clone", "--quiet", "--depth", "1", "file://" + root, shallow.toString());
    for (Path each : List.of(worktree, shallow)) {
      assertThat(build(each).commit()).isEqualTo(head());
      assertThat(build(each).changed()).contains(false);
    }
    Files.writeString(worktree.resolve("Source.java"), "class Other {}\n");
    assertThat(build(worktree).changed()).contains(true);
    assertThat(build(root).changed()).contains(false);
  }

  @Test
  void withoutAGitProgramTheCommitIsReadFromFiles() throws Exception {
    Path worktree = folder.resolve("work tree");
    git(root, "worktree", "add", "--quiet", "-b", "side", worktree.toString());
    for (Path each : List.of(root, worktree)) {
      assertThat(build(each, withoutGit()).commit()).isEqualTo(head());
      assertThat(build(each, withoutGit()).changed()).isEmpty();
      assertThat(build(each, withoutGit()).commitText())
          .matches(COMMIT + ", changes unknown: built without git");
    }
    git(root, "pack-refs", "--all");
    assertThat(build(worktree, withoutGit()).commit()).isEqualTo(head());
    git(root, "checkout", "--quiet", "--detach");
    assertThat(build(root, withoutGit()).commit()).isEqualTo(head());
  }

  /** The variable is git's own, for its tests of this. */
  @Test
  void theRepositoryMayBelongToAnotherUser() throws Exception {
    Map<String, String> other = Map.of("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    Result refused = run(root, other, List.of("git", "status"));
    assertThat(refused.output()).contains("dubious ownership");
    assertThat(build(root, other)).isEqualTo(build(root));
  }

  /** As in a hook of git, which names the repository that it runs for. */
  @Test
  void theRepositoryOfTheFolderCountsAndNotThatOfTheEnvironment() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    git(other, "init", "--quiet");
    Map<String, String> hook = Map.of("GIT_DIR", other.resolve(".git").toString());
    assertThat(build(root, hook).commit()).isEqualTo(head());
  }

  private Path properties() {
    return folder.resolve("out/build.properties");
  }

  private Build build(Path repository) throws Exception {
    return build(repository, Map.of());
  }

  private Build build(Path repository, Map<String, String> environment) throws Exception {
    Result result =
        run(
            folder,
            environment,
            List.of(
                program("bash"),
                SCRIPT.toString(),
                repository.toString(),
                properties().toString(),
                "1.2",
                "2.2.1"));
    assertThat(result).isEqualTo(new Result(0, ""));
    Properties written = new Properties();
    written.load(new StringReader(Files.readString(properties())));
    return Build.of(written);
  }

  /** A path with the two programs that the script calls. */
  private Map<String, String> withoutGit() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : List.of("mkdir", "mv")) {
      Path file = bin.resolve(tool);
      Files.writeString(file, "#!%s\nexec %s \"$@\"\n".formatted(program("bash"), program(tool)));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return Map.of("PATH", bin.toString());
  }

  private Optional<String> head() throws Exception {
    return Optional.of(git(root, "rev-parse", "HEAD").strip());
  }

  private void commit(String message) throws Exception {
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--allow-empty", "-m", message);
  }

  private String git(Path where, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of("-c", "user.name=Test", "-c", "user.email=test@example.org"));
    command.addAll(List.of(arguments));
    Result result = run(where, Map.of(), command);
    assertThat(result.code()).as(result.output()).isZero();
    return result.output();
  }

  private record Result(int code, String output) {}

  private Result run(Path where, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.redirectErrorStream(true);
    // No settings of whoever runs the test.
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private static boolean onPath(String program) {
    return find(program).findAny().isPresent();
  }

  private static String program(String name) {
    return find(name).findFirst().orElseThrow().toString();
  }

  private static Stream<Path> find(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable);
  }
}
