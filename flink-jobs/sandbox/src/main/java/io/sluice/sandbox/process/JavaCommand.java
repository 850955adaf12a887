package io.sluice.sandbox.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The start of a command that runs Java with the launcher's own Java. */
public final class JavaCommand {

  /**
   * The servers' English, in which a broker starts and a number is written with the digits 0 to 9,
   * and the sandbox's own end instead of a process that lingers without memory.
   */
  public static final List<String> EVERYWHERE =
      List.of(
          "-Duser.language=en",
          "-Duser.script=",
          "-Duser.country=",
          "-Duser.variant=",
          "-Dfile.encoding=UTF-8",
          "-XX:+ExitOnOutOfMemoryError");

  private JavaCommand() {}

  public static String program() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  /** Runs a class with what lies in a folder of jars. */
  public static List<String> of(
      List<String> flags, String classPath, String mainClass, String... args) {
    List<String> command = new ArrayList<>();
    command.add(program());
    command.addAll(EVERYWHERE);
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(List.of(args));
    return command;
  }

  public static String allOf(Path folder) {
    return folder.resolve("*").toString();
  }
}
