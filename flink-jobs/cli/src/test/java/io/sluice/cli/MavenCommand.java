package io.sluice.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A Maven command of the documentation: its modules, profiles, properties and tests are there. */
final class MavenCommand {
  private static final Set<String> GOALS =
      Set.of("test", "test-compile", "verify", "package", "install", "spotless:apply");
  private static final Set<String> FLAGS = Set.of("-o", "-q", "-B", "-ntp", "-am", "-fae");
  private static final Set<String> PROPERTIES =
      Set.of(
          "quick",
          "skipUnit",
          "skipIT",
          "skipStyle",
          "test",
          "it.test",
          "surefire.failIfNoSpecifiedTests",
          "failsafe.failIfNoSpecifiedTests",
          "sluice.values");

  private final Path root;
  private final String pom;

  private MavenCommand(Path root, String pom) {
    this.root = root;
    this.pom = pom;
  }

  /**
   * @param root the folder of the parent's pom
   * @return the first word that is wrong
   */
  static Optional<String> problem(Path root, List<String> arguments) {
    try {
      MavenCommand command = new MavenCommand(root, Files.readString(root.resolve("pom.xml")));
      for (int i = 0; i < arguments.size(); i++) {
        boolean modules = arguments.get(i).equals("-pl");
        i += modules ? 1 : 0;
        boolean right =
            modules ? command.areModules(arguments.get(i)) : command.knows(arguments.get(i));
        if (!right) {
          return Optional.of("'" + arguments.get(i) + "' is not there");
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean areModules(String names) {
    return Arrays.stream(names.split(","))
        .allMatch(name -> pom.contains("<module>" + name + "</module>"));
  }

  private boolean knows(String word) throws IOException {
    if (word.startsWith("-P")) {
      return pom.contains("<id>" + word.substring(2) + "</id>");
    }
    if (word.startsWith("-D")) {
      String[] property = word.substring(2).split("=", 2);
      boolean test = property[0].equals("test") || property[0].equals("it.test");
      return PROPERTIES.contains(property[0]) && (!test || areTests(property[1]));
    }
    return GOALS.contains(word) || FLAGS.contains(word);
  }

  /** Classes, each with a method behind a number sign or without. */
  private boolean areTests(String names) throws IOException {
    List<String> classes =
        SourceFiles.in(root, ".java").stream().map(file -> file.getFileName().toString()).toList();
    return Arrays.stream(names.split(","))
        .allMatch(name -> classes.contains(name.replaceFirst("#.*", "") + ".java"));
  }
}
