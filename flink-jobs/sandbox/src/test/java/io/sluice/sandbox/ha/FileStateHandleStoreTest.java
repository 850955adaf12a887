package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.persistence.IntegerResourceVersion;
import org.apache.flink.runtime.persistence.StateHandleStore.AlreadyExistException;
import org.apache.flink.runtime.persistence.StateHandleStore.NotExistException;
import org.apache.flink.runtime.persistence.filesystem.FileSystemStateStorageHelper;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateHandleStoreTest {

  @TempDir Path root;
  private Path directory;
  private FileStateHandleStore<String> store;

  @BeforeEach
  void open() {
    directory = root.resolve("not/yet/there");
    store = new FileStateHandleStore<>(directory, Optional.empty());
  }

  @Test
  void anotherStoreOnTheDirectoryReadsWhatWasAdded() throws Exception {
    assertThat(store.addAndLock("a", "one").retrieveState()).isEqualTo("one");

    FileStateHandleStore<String> restarted =
        new FileStateHandleStore<>(directory, Optional.empty());
    assertThat(restarted.exists("a").isExisting()).isTrue();
    assertThat(restarted.getAndLock("a").retrieveState()).isEqualTo("one");
  }

  @Test
  void addingATakenNameFailsAndKeepsTheEntry() throws Exception {
    store.addAndLock("a", "one");

    assertThatThrownBy(() -> store.addAndLock("a", "two"))
        .isInstanceOf(AlreadyExistException.class)
        .hasMessageContaining(directory.resolve("a").toString());
    assertThat(store.getAndLock("a").retrieveState()).isEqualTo("one");
  }

  @Test
  void replaceChangesAnEntryThatExists() throws Exception {
    store.addAndLock("a", "one");
    store.replace("a", store.exists("a"), "two");
    assertThat(store.getAndLock("a").retrieveState()).isEqualTo("two");
  }

  @Test
  void replaceAndGetRefuseAnUnknownName() {
    assertThat(store.exists("a")).isEqualTo(IntegerResourceVersion.notExisting());
    assertThatThrownBy(() -> store.replace("a", IntegerResourceVersion.valueOf(0), "one"))
        .isInstanceOf(NotExistException.class);
    assertThatThrownBy(() -> store.getAndLock("a")).isInstanceOf(NotExistException.class);
    assertThat(directory.resolve("a")).doesNotExist();
  }

  @Test
  void releaseKeepsAndReleaseAndTryRemoveRemoves() throws Exception {
    store.addAndLock("a", "one");
    store.addAndLock("b", "two");

    store.release("a");
    store.releaseAll();
    assertThat(store.getAllHandles()).containsExactly("a", "b");

    assertThat(store.releaseAndTryRemove("a")).isTrue();
    assertThat(store.releaseAndTryRemove("a")).as("already gone").isTrue();
    assertThat(store.getAllHandles()).containsExactly("b");

    store.clearEntries();
    assertThat(store.getAllHandles()).isEmpty();
  }

  @Test
  void discardingTheStateRemovesTheEntry() throws Exception {
    store.addAndLock("a", "one").discardState();
    assertThat(store.getAllHandles()).isEmpty();
  }

  @Test
  void allEntriesComeInTheOrderOfCheckpointIds() throws Exception {
    for (long id : new long[] {10, 9, 1000, 1}) {
      store.addAndLock(CheckpointNames.INSTANCE.checkpointIDToName(id), "checkpoint " + id);
    }

    assertThat(store.getAllAndLock())
        .extracting(entry -> CheckpointNames.INSTANCE.nameToCheckpointID(entry.f1))
        .containsExactly(1L, 9L, 10L, 1000L);
    assertThat(store.getAllAndLock().get(1).f0.retrieveState()).isEqualTo("checkpoint 9");
  }

  @Test
  void aHalfWrittenFileIsNoEntry() throws Exception {
    Files.createDirectories(directory);
    Files.write(directory.resolve(".a.tmp"), new byte[] {1, 2, 3});

    assertThat(store.getAllHandles()).isEmpty();
    store.addAndLock("a", "one");
    assertThat(directory).isDirectoryContaining(file -> file.endsWith("a"));
    assertThat(directory.resolve(".a.tmp")).doesNotExist();
  }

  @Test
  void aDamagedEntryIsNamed() throws Exception {
    store.addAndLock("a", "one");
    byte[] whole = InstantiationUtil.serializeObject("one");
    Files.write(directory.resolve("a"), Arrays.copyOf(whole, whole.length - 2));

    assertThatThrownBy(() -> store.getAllAndLock().get(0).f0.retrieveState())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.resolve("a").toString())
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("move it away");
  }

  @Test
  void anOverwrittenByteIsNoticedWhereverItStands() throws Exception {
    store.addAndLock("a", "one");
    byte[] whole = Files.readAllBytes(directory.resolve("a"));
    int text = new String(whole, StandardCharsets.ISO_8859_1).indexOf("one");
    byte[] changed = whole.clone();
    changed[text] = 't';
    Files.write(directory.resolve("a"), changed);

    assertThatThrownBy(() -> store.getAndLock("a").retrieveState())
        .hasMessageContaining(directory.resolve("a").toString())
        .hasMessageContaining("its checksum is wrong");

    // No part of an entry is mistaken for the whole or for another one.
    for (int length = 0; length < whole.length; length++) {
      Files.write(directory.resolve("a"), Arrays.copyOf(whole, length));
      try {
        assertThat(store.getAndLock("a").retrieveState()).isEqualTo("one");
      } catch (IOException named) {
        assertThat(named).hasMessageContaining("cannot be read");
      }
    }
  }

  @Test
  void anEntryOfAnEarlierVersionHasNoChecksum() throws Exception {
    DurableFiles.publish(directory.resolve("a"), InstantiationUtil.serializeObject("one"));
    assertThat(store.getAndLock("a").retrieveState()).isEqualTo("one");
  }

  @Test
  void aHandleSurvivesSerialization() throws Exception {
    var handle = store.addAndLock("a", "one");
    var copy = InstantiationUtil.clone(handle);
    assertThat(copy.retrieveState()).isEqualTo("one");
    assertThat(copy.getStateSize()).isEqualTo(Files.size(directory.resolve("a")));
  }

  @Test
  void withAnObjectStoreAnEntryRefersToItsObject() throws Exception {
    FileStateHandleStore<String> referring = referring();
    assertThat(referring.addAndLock("a", "one").retrieveState()).isEqualTo("one");
    assertThat(objects()).hasSize(1);
    assertThat(Files.readString(directory.resolve("a"), StandardCharsets.ISO_8859_1))
        .contains("completed")
        .doesNotContain("one");

    referring.replace("a", referring.exists("a"), "two");
    assertThat(referring().getAndLock("a").retrieveState()).isEqualTo("two");
    assertThat(objects()).as("the former one is removed").hasSize(1);

    assertThat(referring.releaseAndTryRemove("a")).isTrue();
    assertThat(referring.releaseAndTryRemove("a")).as("already gone").isTrue();
    assertThat(referring.getAllHandles()).isEmpty();
    assertThat(objects()).isEmpty();
  }

  @Test
  void anObjectWhoseEntryCannotBeWrittenIsRemoved() throws Exception {
    FileStateHandleStore<String> referring = referring();
    // In the place of the folder, whoever runs this: root may write anywhere.
    Files.createDirectories(directory.getParent());
    Files.writeString(directory, "no folder");
    assertThatThrownBy(() -> referring.addAndLock("a", "one")).isInstanceOf(IOException.class);
    assertThat(objects()).isEmpty();
  }

  @Test
  void anEntryWithoutItsObjectIsNamed() throws Exception {
    FileStateHandleStore<String> referring = referring();
    referring.addAndLock("a", "one");
    referring.addAndLock("b", "two");
    Files.delete(objects().get(0));

    assertThatThrownBy(referring::requireReadable)
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "The high-availability entry .*/(a|b) refers to an object that cannot be read: .*completed.* If the object store is away, start it first\\. .*");
    referring.clearEntries();
    assertThat(referring.getAllHandles()).isEmpty();
    assertThat(objects()).isEmpty();
  }

  @Test
  void anOverwrittenByteOfAnObjectIsNoticed() throws Exception {
    FileStateHandleStore<String> referring = referring();
    referring.addAndLock("a", "one");
    Path object = objects().get(0);
    byte[] whole = Files.readAllBytes(object);
    whole[new String(whole, StandardCharsets.ISO_8859_1).indexOf("one")] = 't';
    Files.write(object, whole);
    assertThatThrownBy(() -> referring.getAndLock("a").retrieveState())
        .hasMessageContaining(directory.resolve("a").toString())
        .hasMessageContaining("its checksum is wrong");
  }

  @Test
  void anEntryThatRefersToNothingIsNamedAndCanBeRemoved() throws Exception {
    store.addAndLock("a", "one");
    FileStateHandleStore<String> referring = referring();
    assertThatThrownBy(referring::requireReadable)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.resolve("a") + " is of an earlier build")
        .hasMessageContaining("stop the job with a savepoint");
    assertThat(referring.releaseAndTryRemove("a")).isTrue();

    referring.addAndLock("b", "two");
    Files.write(directory.resolve("b"), new byte[] {1, 2, 3});
    assertThat(referring.releaseAndTryRemove("b")).isTrue();
    assertThat(referring.getAllHandles()).isEmpty();
  }

  private FileStateHandleStore<String> referring() throws IOException {
    return new FileStateHandleStore<>(
        directory,
        Optional.of(
            new FileSystemStateStorageHelper<>(
                new org.apache.flink.core.fs.Path(root.resolve("objects").toUri()), "completed")));
  }

  private List<Path> objects() throws IOException {
    if (!Files.exists(root.resolve("objects"))) {
      return List.of();
    }
    try (var files = Files.list(root.resolve("objects"))) {
      return files.toList();
    }
  }
}
