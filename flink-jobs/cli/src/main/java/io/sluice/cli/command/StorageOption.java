package io.sluice.cli.command;

import io.sluice.cli.platform.Platform;
import picocli.CommandLine.Option;

/** Where a home keeps its tables and the state of its jobs. */
final class StorageOption {
  @Option(
      names = "--storage",
      paramLabel = "disk|s3",
      description =
          "Where tables and the state of jobs are: ${COMPLETION-CANDIDATES} (default: where the home has them, disk for a new one).")
  private Platform.Storage storage;

  /** What was chosen; null if nothing was. */
  Platform.Storage chosen() {
    return storage;
  }
}
