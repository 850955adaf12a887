package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.SandboxOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two pipelines on one cluster. One of them gets every record that is known to have stopped a job,
 * and in the end fails for ever; the other one's tables must be what they are without it.
 */
@Tag("faults")
class PoisonedNeighbourITCase {
  /** Room for both, and what two of them need for their state. */
  private static final SandboxOptions FOR_TWO =
      SandboxOptions.standard()
          .withPorts(Ports.anyFree())
          .withSlots(4)
          .withFlinkSettings(Map.of("taskmanager.memory.managed.size", "1536mb"));

  @TempDir private Path folder;

  @Test
  void poisonStopsNoJobAndAJobThatFailsForEverTouchesNoOther() throws Exception {
    try (FaultStack stack = FaultStack.start(folder.resolve("home"), FOR_TWO);
        FaultRun neighbour = FaultRun.begin(stack, 13);
        PoisonedRun poisoned = PoisonedRun.begin(stack)) {
      long taskManager = stack.sandbox().pid(Component.TASKMANAGER).orElseThrow();

      neighbour.awaitLedgerAfter(0);
      poisoned.sendRound();
      neighbour.sendAndCommit(2);
      poisoned.sendRound();
      poisoned.closeWindows();
      poisoned.requireExact();

      neighbour.sendAndCommit(3);
      poisoned.failForEver(3);
      neighbour.requireExactlyOnce();

      assertThat(stack.cluster().failure(neighbour.job())).as("failures of the other").isEmpty();
      assertThat(stack.sandbox().pid(Component.TASKMANAGER)).hasValue(taskManager);
      assertThat(stack.sandbox().history(Component.TASKMANAGER).endings()).isEmpty();
    }
  }
}
