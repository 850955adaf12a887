package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.edit.EditRefusedException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateBackendHandle.ChangelogStateBackendHandleImpl;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges of keys are those of a job with ten of them. */
class DivisibleStateTest {
  private static final KeyGroupRange ALL = KeyGroupRange.of(0, 9);
  private static final KeyGroupRange FIRST = KeyGroupRange.of(0, 4);
  private static final KeyGroupRange SECOND = KeyGroupRange.of(5, 9);

  private static KeyedStateHandle files(KeyGroupRange keys) {
    return new IncrementalRemoteKeyedStateHandle(
        UUID.randomUUID(),
        keys,
        1,
        List.of(),
        List.of(),
        new ByteStreamStateHandle("files", new byte[0]));
  }

  private static KeyedStateHandle task(KeyGroupRange keys, KeyedStateHandle... files) {
    return new ChangelogStateBackendHandleImpl(Arrays.asList(files), List.of(), keys, 1, 1, 0);
  }

  @Test
  void tasksThatWroteTheirOwnFilesCanBeDivided() {
    assertThat(SavedState.hasItsOwnFiles(task(FIRST, files(FIRST)))).isTrue();
    assertThat(SavedState.hasItsOwnFiles(task(FIRST))).as("nothing yet").isTrue();
    assertThat(SavedState.hasItsOwnFiles(files(FIRST))).as("no changelog").isTrue();
    assertThat(SavedState.hasItsOwnFiles(task(ALL, files(FIRST), files(SECOND))))
        .as("one task in the place of two")
        .isTrue();
  }

  @Test
  void tasksWithTheFilesOfTheOneBeforeCannot() {
    assertThat(SavedState.hasItsOwnFiles(task(SECOND, files(ALL)))).isFalse();
    assertThat(SavedState.hasItsOwnFiles(task(ALL, files(ALL), files(SECOND))))
        .as("newer files of some keys beside older ones of all")
        .isFalse();
  }

  @Test
  void whatCannotBeDividedGoesOnWithItsOwnNumberOnly() {
    SavedState wide = saved(task(FIRST, files(ALL)), task(SECOND, files(ALL)));
    wide.requireDivisible(2);
    assertThatThrownBy(() -> wide.requireDivisible(1))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContaining("was taken on 2 parallel tasks")
        .hasMessageContaining("start on 2 and scale the running job");
    saved(task(FIRST, files(FIRST)), task(SECOND, files(SECOND))).requireDivisible(1);
  }

  @Test
  void isToldByAWrittenCheckpoint(@TempDir Path folder) throws IOException {
    assertThat(written(folder, task(FIRST, files(ALL)), task(SECOND, files(SECOND))).isDivisible())
        .isFalse();
    assertThat(
            written(folder, task(FIRST, files(FIRST)), task(SECOND, files(SECOND))).isDivisible())
        .isTrue();
  }

  private static SavedState written(Path folder, KeyedStateHandle... tasks) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(Files.newOutputStream(folder.resolve("_metadata")))) {
      Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(1, List.of(operator(tasks)), List.of()), out);
    }
    return SavedState.read(folder.toString());
  }

  private static SavedState saved(KeyedStateHandle... tasks) {
    return new SavedState(1, List.of(operator(tasks)));
  }

  private static OperatorState operator(KeyedStateHandle... tasks) {
    OperatorState operator =
        new OperatorState(
            "view", "view", new OperatorID(), tasks.length, ALL.getNumberOfKeyGroups());
    for (int i = 0; i < tasks.length; i++) {
      operator.putState(i, OperatorSubtaskState.builder().setManagedKeyedState(tasks[i]).build());
    }
    return operator;
  }
}
