package io.sluice.delta.log;

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

/**
 * Kernel's committer, but the {@code commitInfo} action tells the checkpoint behind a version,
 * which Kernel leaves empty. A snapshot keeps its committer, so the description of the next commit
 * is handed over here.
 */
final class DescribingCommitter implements Committer {

  /** The name under which versions are written. */
  static final String ENGINE_INFO = "Sluice";

  private CommitDescription description = CommitDescription.NONE;

  /** Sets the description of the next commit. */
  void describe(CommitDescription next) {
    description = next;
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
            Optional.of(ENGINE_INFO),
            description.operation().or(kernels::getOperation),
            description.parameters(),
            Optional.of(description.blindAppend()),
            kernels.getTxnId(),
            description.metrics().orElseGet(kernels::getOperationMetrics));
    return SingleAction.createCommitInfoSingleAction(described.toRow());
  }
}
