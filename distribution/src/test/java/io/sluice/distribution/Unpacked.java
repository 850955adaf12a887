package io.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The archives of the build, unpacked as a user unpacks them, and run with nothing of the source
 * tree, the build or the user who runs the tests in the environment.
 */
final class Unpacked {
  private static final Path BUILT = Path.of("target").toAbsolutePath();

  private final Path folder;
  private final Path user;
  private final Path traps;
  private final Map<String, String> variables = new HashMap<>();

  record Outcome(int code, String out, String err) {}

  /**
   * @param place an empty folder for everything
   * @param name of the folder that the archives are unpacked into
   */
  Unpacked(Path place, String name) throws IOException {
    folder = Files.createDirectories(place.resolve(name));
    user = Files.createDirectories(place.resolve("user"));
    traps = Files.createDirectories(place.resolve("traps"));
    for (String program : List.of("mvn", "javac", "git")) {
      Path trap = traps.resolve(program);
      Files.writeString(trap, "#!/bin/sh\necho \"$0 $*\" >> '%s/called'\n".formatted(traps));
      Files.setPosixFilePermissions(trap, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    variables.put("HOME", user.toString());
    variables.put("PATH", traps + ":/usr/bin:/bin");
    // They save time from the second start on only.
    variables.put("SLUICE_CLASS_ARCHIVES", "none");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
  }

  Path folder() {
    return folder;
  }

  Path user() {
    return user;
  }

  /** What calls of programs that only a build needs have left; it must not be there. */
  Path calls() {
    return traps.resolve("called");
  }

  /** One of the two archives. */
  static Path archive(boolean servers) throws IOException {
    try (Stream<Path> files = Files.list(BUILT)) {
      return files
          .filter(file -> file.toString().endsWith(".tar.gz"))
          .filter(file -> file.toString().endsWith("-servers.tar.gz") == servers)
          .findFirst()
          .orElseThrow();
    }
  }

  /** By the command that the documentation shows. */
  void unpack(Path archive) throws Exception {
    Outcome outcome =
        run(
            List.of(
                "tar", "-xzf", archive.toString(), "--strip-components=1", "-C", folder.toString()),
            Map.of());
    assertThat(outcome).isEqualTo(new Outcome(0, "", ""));
  }

  /** Runs bin/sluice from the user's folder. */
  Outcome sluice(String... arguments) throws Exception {
    return sluice(folder.resolve("bin/sluice"), Map.of(), arguments);
  }

  /**
   * @param program the script, or a link to it
   * @param more variables of the environment
   */
  Outcome sluice(Path program, Map<String, String> more, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.add(0, program.toString());
    return run(words, more);
  }

  private Outcome run(List<String> words, Map<String, String> more) throws Exception {
    Path err = Files.createTempFile(traps, "err", null);
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(user.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    builder.environment().putAll(more);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out, Files.readString(err));
  }
}
