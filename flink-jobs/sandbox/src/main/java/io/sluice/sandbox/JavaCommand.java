package io.sluice.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The start of a command that runs Java with the launcher's own Java. */
final class JavaCommand {

  private JavaCommand() {}

  static String program() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  /** Runs a class with what lies in a folder of jars. */
  static List<String> of(List<String> flags, String classPath, String mainClass, String... args) {
    List<String> command = new ArrayList<>();
    command.add(program());
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(List.of(args));
    return command;
  }

  static String allOf(Path folder) {
    return folder.resolve("*").toString();
  }
}
