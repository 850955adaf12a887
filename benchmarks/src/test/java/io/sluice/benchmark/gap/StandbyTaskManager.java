package io.sluice.benchmark.gap;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another TaskManager beside that of a home, started as that one was. */
final class StandbyTaskManager implements AutoCloseable {
  private static final String ID = "-Dtaskmanager.resource-id=";
  private static final String PORT = "-Dmetrics.reporter.prom.port=";
  private static final String TEMPORARY = "-Djava.io.tmpdir=";
  private static final String LOG = "-Dlog.file=";
  private static final String ARCHIVE = "-XX:ArchiveClassesAtExit=";

  private final List<String> command;
  private final List<String> environment;
  private final Path folder;
  private int started;
  private Process process;

  private StandbyTaskManager(List<String> command, List<String> environment, Path folder) {
    this.command = command;
    this.environment = environment;
    this.folder = folder;
  }

  /**
   * Starts it.
   *
   * @param model the process that it is to be like
   * @param flinkData the folder in which Flink's processes have theirs
   */
  static StandbyTaskManager like(long model, Path flinkData) throws IOException {
    StandbyTaskManager standby =
        new StandbyTaskManager(
            words(model, "cmdline"), words(model, "environ"), flinkData.resolve("standby"));
    standby.start();
    return standby;
  }

  private static List<String> words(long pid, String file) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), file));
    return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0"));
  }

  /** Its name among Flink's TaskManagers. */
  String id() {
    return "standby-" + started;
  }

  private void start() throws IOException {
    started++;
    Path own = Files.createDirectories(folder.resolveSibling("standby-" + started));
    Path temporary = Files.createDirectories(own.resolve("tmp"));
    List<String> words = new ArrayList<>();
    for (String word : command) {
      if (word.startsWith(ID)) {
        words.add(ID + id());
      } else if (word.startsWith(PORT)) {
        words.add(PORT + freePort());
      } else if (word.startsWith(TEMPORARY)) {
        words.add(TEMPORARY + temporary);
      } else if (word.startsWith(LOG)) {
        words.add(LOG + own.resolve("standby.log"));
      } else if (!word.startsWith(ARCHIVE)) {
        words.add(word);
      }
    }
    ProcessBuilder builder = new ProcessBuilder(words).directory(own.toFile());
    builder.environment().clear();
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("standby.log").toFile())
            .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  long pid() {
    return process.pid();
  }

  /** Kills it with SIGKILL and starts another one. */
  void killAndStart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    start();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
