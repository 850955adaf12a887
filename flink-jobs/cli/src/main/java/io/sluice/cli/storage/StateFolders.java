package io.sluice.cli.storage;

import java.nio.file.Path;

/**
 * Where Flink keeps the state of a home's jobs.
 *
 * @param files the storage of both
 * @param savepoints address of the folder of savepoints, of all pipelines
 * @param checkpoints address of the folder of checkpoints, of all jobs
 */
public record StateFolders(StoredFiles files, String savepoints, String checkpoints) {

  /** In folders of a home. */
  public static StateFolders onDisk(Path home) {
    return in(home.resolve("savepoints").toString(), home.resolve("checkpoints").toString());
  }

  /** In folders of these addresses. */
  public static StateFolders in(String savepoints, String checkpoints) {
    return new StateFolders(StoredFiles.of(savepoints), savepoints, checkpoints);
  }
}
