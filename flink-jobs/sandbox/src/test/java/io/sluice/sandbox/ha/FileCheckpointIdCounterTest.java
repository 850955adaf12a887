package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckpointIdCounterTest {

  @TempDir Path root;
  private Path file;

  @BeforeEach
  void choose() {
    file = root.resolve("job/next-checkpoint-id");
  }

  @Test
  void startsWithOneAndGoesOnAfterARestart() throws Exception {
    FileCheckpointIdCounter counter = FileCheckpointIdCounter.open(file);
    assertThat(counter.getAndIncrement()).isEqualTo(1);
    assertThat(counter.getAndIncrement()).isEqualTo(2);

    FileCheckpointIdCounter restarted = FileCheckpointIdCounter.open(file);
    assertThat(restarted.get()).isEqualTo(3);
    assertThat(restarted.getAndIncrement()).isEqualTo(3);
  }

  @Test
  void anIdThatCannotBeStoredIsNotHandedOut() throws Exception {
    FileCheckpointIdCounter counter = FileCheckpointIdCounter.open(file);
    // A file where the directory should be.
    Files.createFile(root.resolve("job"));
    assertThatThrownBy(counter::getAndIncrement).isInstanceOf(IOException.class);
    assertThat(counter.get()).isEqualTo(1);
  }

  @Test
  void setCountRaisesAndNeverLowers() throws Exception {
    FileCheckpointIdCounter counter = FileCheckpointIdCounter.open(file);
    counter.setCount(10);
    counter.setCount(4);
    assertThat(counter.get()).isEqualTo(10);
    assertThat(FileCheckpointIdCounter.open(file).get()).isEqualTo(10);
  }

  @Test
  void onlyTheEndOfTheJobForgetsTheCount() throws Exception {
    FileCheckpointIdCounter counter = FileCheckpointIdCounter.open(file);
    counter.setCount(10);

    counter.shutdown(JobStatus.SUSPENDED).get();
    assertThat(file).exists();

    counter.shutdown(JobStatus.CANCELED).get();
    assertThat(file).doesNotExist();
  }

  @Test
  void aFileWithoutANumberIsNamed() throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "seven");
    assertThatThrownBy(() -> FileCheckpointIdCounter.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("'seven'");
  }
}
