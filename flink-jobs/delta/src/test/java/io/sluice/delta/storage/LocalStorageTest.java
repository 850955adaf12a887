package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageTest {

  @TempDir Path directory;

  private Path table;
  private LocalStorage storage;

  @BeforeEach
  void table() throws IOException {
    table = Files.createDirectories(directory.resolve("t"));
    storage = new LocalStorage(table);
    Files.writeString(directory.resolve("outside"), "precious");
  }

  private void assertRefused(Path path) {
    assertThatThrownBy(() -> storage.check(path))
        .as(path.toString())
        .isInstanceOf(OutsideTableException.class)
        .hasMessageContainingAll(table.toString(), "outside the table");
  }

  @Test
  void namesThatLeaveTheTableAreRefused() {
    assertRefused(directory.resolve("outside"));
    assertRefused(table.resolve("../outside"));
    assertRefused(table.resolve("a/../../outside"));
    assertRefused(directory.resolve("t2"));
  }

  @Test
  void linksThatLeaveTheTableAreRefusedHoweverFar() throws IOException {
    Files.createSymbolicLink(table.resolve("absolute"), directory.resolve("outside"));
    Files.createSymbolicLink(table.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(table.resolve("chain"), Path.of("relative"));
    Files.createSymbolicLink(table.resolve("up"), Path.of(".."));
    for (String link : new String[] {"absolute", "relative", "chain", "up", "up/outside"}) {
      assertRefused(table.resolve(link));
    }
    assertThatThrownBy(() -> storage.read(table.resolve("chain"), 100))
        .hasMessageContainingAll("chain", directory.resolve("outside").toString());
    assertThatThrownBy(() -> storage.delete(table.resolve("up/outside")))
        .isInstanceOf(OutsideTableException.class);
    assertThat(directory.resolve("outside")).hasContent("precious");
  }

  @Test
  void pipesAreNotOpenedAsReadingThemNeverEnds() throws Exception {
    Path pipe = table.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(table.resolve("link"), Path.of("pipe"));
    for (String name : new String[] {"pipe", "link", "pipe/below"}) {
      assertThatThrownBy(() -> storage.check(table.resolve(name)))
          .isInstanceOf(OutsideTableException.class)
          .hasMessageContainingAll("is a pipe, socket or device", table.toString());
    }
  }

  /** Whoever makes the folder would make it outside. */
  @Test
  void aLinkToWhatIsNotThereYetIsRefused() throws IOException {
    Files.createSymbolicLink(table.resolve("dangling"), directory.resolve("later"));
    assertRefused(table.resolve("dangling"));
    assertThatThrownBy(() -> storage.createFolder(table.resolve("dangling")))
        .isInstanceOf(OutsideTableException.class);
    assertThat(directory.resolve("later")).doesNotExist();
  }

  @Test
  void linksThatStayInsideAreFollowed() throws IOException {
    Files.createDirectories(table.resolve("real"));
    Files.writeString(table.resolve("real/file"), "content");
    Files.createSymbolicLink(table.resolve("link"), Path.of("real"));
    assertThat(storage.read(table.resolve("link/file"), 100)).hasSize(7);
    assertThat(storage.attributes(table.resolve("link/file")).size()).isEqualTo(7);
  }

  @Test
  void theTableItselfMayBeBehindALink() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), table);
    Files.writeString(table.resolve("file"), "content");
    LocalStorage linked = new LocalStorage(link);
    assertThat(linked.read(link.resolve("file"), 100)).hasSize(7);
    Files.createSymbolicLink(table.resolve("inside"), table.resolve("file"));
    assertThat(linked.read(link.resolve("inside"), 100)).hasSize(7);
    Files.createSymbolicLink(table.resolve("leaves"), directory.resolve("outside"));
    assertThatThrownBy(() -> linked.read(link.resolve("leaves"), 100))
        .isInstanceOf(OutsideTableException.class);
  }

  @Test
  void removingALinkLeavesWhatItLeadsTo() throws IOException {
    Path link = Files.createSymbolicLink(table.resolve("link"), directory.resolve("outside"));
    assertThat(storage.delete(link)).isTrue();
    assertThat(directory.resolve("outside")).hasContent("precious");
  }
}
