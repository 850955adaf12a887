package io.sluice.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive makes files in its folder and nowhere else. */
class TarArchiveTest {
  private static final int MOST_BYTES = 100;
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;
  private Path archive;
  private Path folder;

  @BeforeEach
  void folders() throws IOException {
    archive = directory.resolve("server.txz");
    folder = Files.createDirectories(directory.resolve("unpacked/server"));
    Files.writeString(directory.resolve("precious"), "precious");
  }

  private interface Entries {
    void write(TarArchiveOutputStream tar) throws IOException;
  }

  private void unpack(Entries entries) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new XZCompressorOutputStream(Files.newOutputStream(archive)))) {
      entries.write(tar);
    }
    new TarArchive(archive, folder, MOST_BYTES).unpack();
  }

  private static void file(TarArchiveOutputStream tar, String name, int mode) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(CONTENT.length);
    entry.setMode(mode);
    tar.putArchiveEntry(entry);
    tar.write(CONTENT);
    tar.closeArchiveEntry();
  }

  private static void entry(TarArchiveOutputStream tar, String name, byte kind, String link)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
    entry.setLinkName(link);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream tar, String name, String target)
      throws IOException {
    entry(tar, name, TarConstants.LF_SYMLINK, target);
  }

  private void assertLeaves(Entries entries) throws IOException {
    assertThatThrownBy(() -> unpack(entries))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(archive.toString(), "leads out of the folder");
    assertThat(directory.resolve("precious")).hasContent("precious");
    try (Stream<Path> all = Files.list(directory)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("server.txz", "unpacked", "precious");
    }
    assertThat(directory.resolve("unpacked")).isDirectoryNotContaining("glob:**evil*");
  }

  @Test
  void filesFoldersAndLinksInsideAreMade() throws IOException {
    unpack(
        tar -> {
          file(tar, "./bin/postgres", 0755);
          file(tar, "lib/libpq.so.5.17", 0644);
          link(tar, "lib/libpq.so.5", "libpq.so.5.17");
          link(tar, "bin/lib", "../lib");
          entry(tar, "bin/postmaster", TarConstants.LF_LINK, "bin/postgres");
        });

    assertThat(folder.resolve("bin/postgres")).hasContent("content").isExecutable();
    assertThat(folder.resolve("lib/libpq.so.5")).hasContent("content");
    assertThat(folder.resolve("bin/lib/libpq.so.5.17")).hasContent("content");
    assertThat(folder.resolve("bin/postmaster")).hasContent("content").isExecutable();
  }

  @Test
  void namesThatLeaveAreRefused() throws IOException {
    assertLeaves(tar -> file(tar, "../evil", 0644));
    assertLeaves(tar -> file(tar, "a/../../evil", 0644));
    assertLeaves(tar -> file(tar, directory.resolve("evil").toString(), 0644));
  }

  @Test
  void linksThatLeaveAreRefused() throws IOException {
    assertLeaves(tar -> link(tar, "a", "../../precious"));
    assertLeaves(tar -> link(tar, "b", directory.resolve("precious").toString()));
    assertLeaves(tar -> link(tar, "g", folder.toRealPath().resolve("a").toString()));
    assertLeaves(tar -> link(tar, "c/d", "../../server/../../precious"));
    assertLeaves(tar -> entry(tar, "e", TarConstants.LF_LINK, "../../precious"));
    assertLeaves(tar -> entry(tar, "f", TarConstants.LF_LINK, "/etc/passwd"));
  }

  /** Each link stays inside by its own name, and together they do not. */
  @Test
  void linksThatLeaveTogetherAreRefused() throws IOException {
    assertLeaves(
        tar -> {
          link(tar, "x/y/z", "../..");
          link(tar, "out", "x/y/z/../..");
          file(tar, "out/evil", 0644);
        });
    assertLeaves(
        tar -> {
          link(tar, "p/q/r", "../..");
          link(tar, "s", "p/q/r/../../precious");
        });
  }

  /** A small archive may unpack to a full disk. */
  @Test
  void moreThanAServerIsRefused() throws IOException {
    Entries many =
        tar -> {
          for (int i = 0; i <= MOST_BYTES / CONTENT.length; i++) {
            file(tar, "file" + i, 0644);
          }
        };
    assertThatThrownBy(() -> unpack(many))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(archive.toString(), "more than 100 bytes");
  }

  @Test
  void noEntryIsWrittenOverAnother() {
    assertThatThrownBy(
            () ->
                unpack(
                    tar -> {
                      file(tar, "bin/postgres", 0755);
                      link(tar, "other", "bin/postgres");
                      file(tar, "other", 0644);
                    }))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void otherThingsAreRefused() {
    assertThatThrownBy(() -> unpack(tar -> entry(tar, "pipe", TarConstants.LF_FIFO, "")))
        .hasMessageContainingAll("pipe", "neither a file, a folder nor a link");
  }
}
