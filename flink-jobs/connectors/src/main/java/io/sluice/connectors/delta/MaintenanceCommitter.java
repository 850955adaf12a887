package io.sluice.connectors.delta;

import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.commit.CommitMetadata;
import io.delta.kernel.commit.CommitResponse;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.CommitInfo;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.commit.DefaultFileSystemManagedTableOnlyCommitter;
import io.delta.kernel.utils.CloseableIterator;
import java.util.Optional;

/** Kernel's committer, but the {@code commitInfo} action names operations that Kernel has not. */
final class MaintenanceCommitter implements Committer {

  private MaintenanceCommit next;

  /** What the next commit is about. */
  void describe(MaintenanceCommit commit) {
    next = commit;
  }

  @Override
  public CommitResponse commit(
      Engine engine, CloseableIterator<Row> actions, CommitMetadata metadata)
      throws CommitFailedException {
    return DefaultFileSystemManagedTableOnlyCommitter.INSTANCE.commit(
        engine, actions.map(action -> describe(action, metadata.getCommitInfo())), metadata);
  }

  private Row describe(Row action, CommitInfo kernels) {
    if (action.isNullAt(SingleAction.COMMIT_INFO_ORDINAL)) {
      return action;
    }
    CommitInfo described =
        new CommitInfo(
            kernels.getInCommitTimestamp(),
            kernels.getTimestamp(),
            Optional.of(KernelTable.ENGINE_INFO),
            Optional.of(next.operation()),
            next.parameters(),
            Optional.of(false),
            kernels.getTxnId(),
            next.metrics());
    return SingleAction.createCommitInfoSingleAction(described.toRow());
  }
}
