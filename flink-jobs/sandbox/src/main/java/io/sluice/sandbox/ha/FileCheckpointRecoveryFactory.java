package io.sluice.sandbox.ha;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Executor;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.checkpoint.CheckpointIDCounter;
import org.apache.flink.runtime.checkpoint.CheckpointRecoveryFactory;
import org.apache.flink.runtime.checkpoint.CompletedCheckpoint;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStore;
import org.apache.flink.runtime.checkpoint.DefaultCompletedCheckpointStore;
import org.apache.flink.runtime.checkpoint.DefaultCompletedCheckpointStoreUtils;
import org.apache.flink.runtime.state.SharedStateRegistryFactory;

/**
 * Finds the completed checkpoints and the checkpoint counter of a job by the {@link HaLayout}. What
 * is kept here refers to the state; the state itself stays in the checkpoint directory.
 */
final class FileCheckpointRecoveryFactory implements CheckpointRecoveryFactory {

  private final HaLayout layout;

  FileCheckpointRecoveryFactory(HaLayout layout) {
    this.layout = layout;
  }

  @Override
  public CompletedCheckpointStore createRecoveredCompletedCheckpointStore(
      JobID jobId,
      int maxNumberOfCheckpointsToRetain,
      SharedStateRegistryFactory sharedStateRegistryFactory,
      Executor ioExecutor,
      RecoveryClaimMode recoveryClaimMode)
      throws Exception {
    FileStateHandleStore<CompletedCheckpoint> entries = layout.checkpoints(jobId);
    Collection<CompletedCheckpoint> recovered =
        DefaultCompletedCheckpointStoreUtils.retrieveCompletedCheckpoints(
            entries, CheckpointNames.INSTANCE);
    return new DefaultCompletedCheckpointStore<>(
        maxNumberOfCheckpointsToRetain,
        entries,
        CheckpointNames.INSTANCE,
        recovered,
        sharedStateRegistryFactory.create(ioExecutor, recovered, recoveryClaimMode),
        ioExecutor);
  }

  @Override
  public CheckpointIDCounter createCheckpointIDCounter(JobID jobId) throws IOException {
    return FileCheckpointIdCounter.open(layout.counter(jobId));
  }

  /**
   * Reads all that is kept of a job.
   *
   * @throws IOException naming the first file that cannot be read
   */
  void requireReadable(JobID jobId) throws IOException {
    layout.checkpoints(jobId).requireReadable();
    FileCheckpointIdCounter.open(layout.counter(jobId));
  }
}
