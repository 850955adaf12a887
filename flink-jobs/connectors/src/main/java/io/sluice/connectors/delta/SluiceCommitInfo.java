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
import java.util.Map;
import java.util.Optional;

/**
 * Kernel's committer, but the {@code commitInfo} action tells the checkpoint behind a version,
 * which Kernel leaves empty.
 */
final class SluiceCommitInfo implements Committer {

  private Optional<String> operation = Optional.empty();
  private Map<String, String> parameters = Map.of();
  private Optional<Map<String, String>> metrics = Optional.empty();
  private boolean blindAppend;

  /** What the next commit of a sink says about itself. */
  void describe(Map<String, String> operationParameters, boolean isBlindAppend) {
    operation = Optional.empty();
    metrics = Optional.empty();
    parameters = Map.copyOf(operationParameters);
    blindAppend = isBlindAppend;
  }

  /** What the next commit of maintenance says about itself; Kernel does not know its operations. */
  void describe(
      String operationName,
      Map<String, String> operationParameters,
      Map<String, String> operationMetrics) {
    operation = Optional.of(operationName);
    metrics = Optional.of(Map.copyOf(operationMetrics));
    parameters = Map.copyOf(operationParameters);
    blindAppend = false;
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
            operation.or(kernels::getOperation),
            parameters,
            Optional.of(blindAppend),
            kernels.getTxnId(),
            metrics.orElseGet(kernels::getOperationMetrics));
    return SingleAction.createCommitInfoSingleAction(described.toRow());
  }
}
