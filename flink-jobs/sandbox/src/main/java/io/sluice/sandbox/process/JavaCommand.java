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

  /**
   * For servers that do little: only what is very hot gets to the second compiler. That is the
   * digests of jars and objects, which the first one compiles without the processor's instructions
   * for them. Measured with 2 million trades: the object store 9.1 processor seconds in place of
   * 12.3 with the first compiler alone, the JobManager 13.7 in place of 16.1.
   */
  public static final List<String> THRIFTY_COMPILATION =
      List.of(
          "-XX:Tier4InvocationThreshold=200000",
          "-XX:Tier4MinInvocationThreshold=200000",
          "-XX:Tier4CompileThreshold=200000",
          "-XX:Tier4BackEdgeThreshold=2000000");

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
