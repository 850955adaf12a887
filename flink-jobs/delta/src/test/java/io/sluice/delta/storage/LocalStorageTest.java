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
    storage = LocalStorage.of(table);
    Files.writeString(directory.resolve("outside"), "precious");
  }

  private void assertRefused(String name) {
    assertThatThrownBy(() -> storage.check(name))
        .as(name)
        .isInstanceOf(OutsideTableException.class)
        .hasMessageContainingAll(table.toString(), "outside the table");
  }

  @Test
  void namesThatLeaveTheTableAreRefused() {
    assertRefused(directory.resolve("outside").toString());
    assertRefused("../outside");
    assertRefused("a/../../outside");
    assertRefused("a/../b");
    assertRefused("../t2");
    assertRefused("nul\0byte");
    for (Path outside : new Path[] {directory.resolve("t2"), directory.resolve("outside")}) {
      assertThatThrownBy(() -> storage.name("file:" + outside))
          .isInstanceOf(OutsideTableException.class);
    }
    assertThatThrownBy(() -> storage.name(table + "/a/../../t2"))
        .isInstanceOf(OutsideTableException.class);
  }

  @Test
  void filesHaveNamesBelowTheTable() throws IOException {
    assertThat(storage.name("file:" + table + "/a=%3A/b c")).isEqualTo("a=%3A/b c");
    assertThat(storage.name(table + "/a/b")).isEqualTo("a/b");
    assertThat(storage.name(table.toString())).isEmpty();
    assertThat(storage.uri("a/b")).isEqualTo("file:" + table + "/a/b");
    assertThat(storage.path("")).isEqualTo(table.toString());
  }

  @Test
  void linksThatLeaveTheTableAreRefusedHoweverFar() throws IOException {
    Files.createSymbolicLink(table.resolve("absolute"), directory.resolve("outside"));
    Files.createSymbolicLink(table.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(table.resolve("chain"), Path.of("relative"));
    Files.createSymbolicLink(table.resolve("up"), Path.of(".."));
    for (String link : new String[] {"absolute", "relative", "chain", "up", "up/outside"}) {
      assertRefused(link);
    }
    assertThatThrownBy(() -> storage.read("chain", 100))
        .hasMessageContainingAll("chain", directory.resolve("outside").toString());
    assertThatThrownBy(() -> storage.delete("up/outside"))
        .isInstanceOf(OutsideTableException.class);
    assertThat(directory.resolve("outside")).hasContent("precious");
  }

  @Test
  void pipesAreNotOpenedAsReadingThemNeverEnds() throws Exception {
    Path pipe = table.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(table.resolve("link"), Path.of("pipe"));
    for (String name : new String[] {"pipe", "link", "pipe/below"}) {
      assertThatThrownBy(() -> storage.check(name))
          .isInstanceOf(OutsideTableException.class)
          .hasMessageContainingAll("is a pipe, socket or device", table.toString());
    }
  }

  /** Whoever makes the folder would make it outside. */
  @Test
  void aLinkToWhatIsNotThereYetIsRefused() throws IOException {
    Files.createSymbolicLink(table.resolve("dangling"), directory.resolve("later"));
    assertRefused("dangling");
    assertThatThrownBy(() -> storage.write("dangling/file", new byte[1], false))
        .isInstanceOf(OutsideTableException.class);
    assertThat(directory.resolve("later")).doesNotExist();
  }

  @Test
  void linksThatStayInsideAreFollowed() throws IOException {
    Files.createDirectories(table.resolve("real"));
    Files.writeString(table.resolve("real/file"), "content");
    Files.createSymbolicLink(table.resolve("link"), Path.of("real"));
    assertThat(storage.read("link/file", 100)).hasSize(7);
    assertThat(storage.status("link/file").size()).isEqualTo(7);
  }

  @Test
  void theTableItselfMayBeBehindALink() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), table);
    Files.writeString(table.resolve("file"), "content");
    LocalStorage linked = LocalStorage.of(link);
    assertThat(linked.read("file", 100)).hasSize(7);
    Files.createSymbolicLink(table.resolve("inside"), table.resolve("file"));
    assertThat(linked.read("inside", 100)).hasSize(7);
    Files.createSymbolicLink(table.resolve("leaves"), directory.resolve("outside"));
    assertThatThrownBy(() -> linked.read("leaves", 100)).isInstanceOf(OutsideTableException.class);
  }

  @Test
  void removingALinkLeavesWhatItLeadsTo() throws IOException {
    Path link = Files.createSymbolicLink(table.resolve("link"), directory.resolve("outside"));
    storage.delete("link");
    assertThat(Files.isSymbolicLink(link)).isFalse();
    assertThat(directory.resolve("outside")).hasContent("precious");
  }
}
