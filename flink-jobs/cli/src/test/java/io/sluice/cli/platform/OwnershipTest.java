package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  private static final int SOMEBODY = 12_345;

  @TempDir private Path folder;
  private final List<String> remarks = new ArrayList<>();

  private Path state(Path parent) throws IOException {
    Path state = Files.createDirectories(parent.resolve("savepoint-1"));
    Files.writeString(state.resolve("_metadata"), "");
    return state;
  }

  /** Gives a file away or, for a user who may not, looks with the eyes of another. */
  private static Ownership withForeign(Path path) throws IOException {
    int me = (Integer) Files.getAttribute(path, "unix:uid");
    if (me != 0) {
      return new Ownership(me + 1);
    }
    Files.setAttribute(path, "unix:uid", SOMEBODY);
    return new Ownership(0);
  }

  @Test
  void whatIsOursRuns() throws IOException {
    Ownership own = Ownership.ofThisUser();
    Path home = Files.createDirectories(folder.resolve("home"));
    assertThatCode(() -> own.checkHome(home)).doesNotThrowAnyException();
    assertThatCode(() -> own.checkHome(folder.resolve("none"))).doesNotThrowAnyException();
    own.checkState(state(home.resolve("savepoints")), home, remarks::add);
    assertThat(remarks).isEmpty();
  }

  @Test
  void stateFromElsewhereIsTold() throws IOException {
    Path state = state(folder);
    Ownership.ofThisUser().checkState(state, folder.resolve("home"), remarks::add);
    assertThat(remarks).hasSize(1);
    assertThat(remarks.get(0)).contains(state.toString(), "runs what it holds");
  }

  @Test
  void whatBelongsToTheUserOrToRootRuns() throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    int owner = (Integer) Files.getAttribute(home, "unix:uid");
    if (owner == 0) {
      Files.setAttribute(home, "unix:uid", SOMEBODY);
      owner = SOMEBODY;
    }
    Ownership own = new Ownership(owner);
    assertThatCode(() -> own.checkHome(home)).doesNotThrowAnyException();
    assertThatCode(() -> own.checkHome(Path.of("/proc/1"))).doesNotThrowAnyException();
  }

  @Test
  void aHomeOfAnotherUserIsRefused() throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Ownership own = withForeign(home);
    assertThatThrownBy(() -> own.checkHome(home))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContainingAll(home.toString(), "belongs to the user", "--home DIR");
    Path link = Files.createSymbolicLink(folder.resolve("link"), home);
    assertThatThrownBy(() -> own.checkHome(link)).hasMessageContaining("belongs to the user");
  }

  @Test
  void aHomeThatAnybodyMayWriteIsRefused() throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> Ownership.ofThisUser().checkHome(home))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContainingAll("Any user may write", "chmod o-w " + home);
  }

  @Test
  void stateOfAnotherUserIsRefusedAndACopyIsTheWayOut() throws IOException {
    for (String foreign : new String[] {"", "_metadata"}) {
      Path state = state(folder.resolve("of" + foreign));
      Ownership own = withForeign(state.resolve(foreign));
      assertThatThrownBy(() -> own.checkState(state, folder, remarks::add))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContainingAll(
              state.toString(), "belongs to the user", "runs what it holds", "cp -r " + state);
    }
  }

  @Test
  void stateThatAnybodyMayWriteIsRefused() throws IOException {
    Path state = state(folder);
    Files.setPosixFilePermissions(
        state.resolve("_metadata"), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> Ownership.ofThisUser().checkState(state, folder, remarks::add))
        .hasMessageContainingAll("may be written by any user", "cp -r " + state);
  }

  @Test
  void noCommandUsesAForeignHome() throws IOException {
    TestingCommands commands = new TestingCommands(folder);
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (String[] command :
        new String[][] {
          {"up"},
          {"status"},
          {"down"},
          {"submit", commands.pipeline()},
          {"restore", "city"},
          {"list"}
        }) {
      assertThat(commands.run(command)).isEqualTo(1);
    }
    assertThat(commands.err()).contains("Any user may write to the home " + home);
    assertThat(commands.out()).isEmpty();
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void restoreRefusesStateThatAnybodyMayWrite() throws IOException {
    TestingCommands commands = new TestingCommands(folder);
    Path state = state(folder);
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(commands.run("submit", commands.pipeline(), "--from-savepoint", state.toString()))
        .isEqualTo(1);
    assertThat(commands.err()).contains("runs what it holds", "cp -r");
    assertThat(commands.run("submit", commands.pipeline())).isZero();
    assertThat(commands.run("restore", "city", "--from", state.toString())).isEqualTo(1);
  }
}
