package io.sluice.sandbox.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {

  private static final List<String> AFTERWARDS = List.of("echo", "it's over:", "$HOME");

  @TempDir private Path folder;

  @Test
  void tellsTheExitCodeToTheProgramThatComesAfter() throws Exception {
    start(List.of("sh", "-c", "echo works; exit 7")).waitFor();
    assertThat(log()).hasContent("works");
    assertThat(events()).hasContent("it's over: $HOME 7");
  }

  @Test
  void waitsOnWhenItIsAskedToEndAndTellsTheSignalThatEndedTheServer() throws Exception {
    Process keeper = start(List.of("sleep", "60"));
    long server = Long.parseLong(line(keeper));
    keeper.destroy();
    ProcessHandle.of(server).orElseThrow().destroyForcibly();
    assertThat(keeper.waitFor()).isZero();
    assertThat(events()).content().contains("it's over: $HOME 137");
  }

  @Test
  void waitsForAServerThatIsNotItsOwn() throws Exception {
    Process server = new ProcessBuilder("sleep", "60").start();
    String stat = Files.readString(Path.of("/proc/" + server.pid() + "/stat"));
    String tick = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    Process keeper =
        new ProcessBuilder(Keeper.adopting(server.pid(), tick, events(), AFTERWARDS)).start();
    server.destroyForcibly().waitFor();
    assertThat(keeper.waitFor()).isZero();
    assertThat(events()).content().contains("it's over: $HOME -1");
  }

  private Process start(List<String> server) throws IOException {
    return new ProcessBuilder(Keeper.starting(server, log(), events(), AFTERWARDS)).start();
  }

  private static String line(Process process) throws IOException {
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
        .readLine();
  }

  private Path log() {
    return folder.resolve("log");
  }

  private Path events() {
    return folder.resolve("events");
  }
}
