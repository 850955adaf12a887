package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.testing.TestingStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where deletion vectors may lie. */
class TableFolderTest {

  private static final UUID ID = UUID.randomUUID();

  @TempDir Path directory;

  private Path table;

  @BeforeEach
  void create() throws IOException {
    table = Files.createDirectories(directory.resolve("t"));
    vectorIn(table);
    vectorIn(Files.createDirectories(table.resolve("ab")));
    vectorIn(Files.createDirectories(directory.resolve("other")));
    Files.createSymbolicLink(table.resolve("link"), directory.resolve("other"));
  }

  private static void vectorIn(Path folder) throws IOException {
    Files.writeString(folder.resolve("deletion_vector_" + ID + ".bin"), "");
  }

  private void check(String type, String path) throws IOException {
    new TableFolder(TestingStorage.of(table))
        .check(new DeletionVectorDescriptor(type, path, Optional.of(1), 34, 1));
  }

  private static String named(String prefix) {
    return prefix + Base85Codec.encodeUUID(ID);
  }

  @Test
  void vectorsOfTheTableAreRead() {
    assertThatCode(() -> check("u", named(""))).doesNotThrowAnyException();
    assertThatCode(() -> check("u", named("ab"))).doesNotThrowAnyException();
    assertThatCode(() -> check("i", "wi5b")).doesNotThrowAnyException();
  }

  @Test
  void othersAreNot() {
    for (String prefix : new String[] {"../other", "ab/../../other", "link"}) {
      assertThatThrownBy(() -> check("u", named(prefix)))
          .as(prefix)
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(TestingStorage.address(table), prefix, "outside the table");
    }
    assertThatThrownBy(() -> check("p", table + "/x.bin")).hasMessageContaining("outside");
    assertThatThrownBy(() -> check("u", named("gone")))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("The deletion vector file gone/");
  }
}
