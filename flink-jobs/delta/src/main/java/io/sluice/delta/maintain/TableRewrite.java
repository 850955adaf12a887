package io.sluice.delta.maintain;

import io.delta.kernel.Snapshot;
import io.sluice.delta.live.FileGroup;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.rewrite.GroupWriter;
import io.sluice.delta.rewrite.Rewrite;
import io.sluice.delta.rewrite.RewriteResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Writes the rows of some live files into new ones and commits the exchange. */
final class TableRewrite {

  /** Writes the rows of a group's files. */
  @FunctionalInterface
  interface Writing {
    Rewrite write(GroupWriter writer, FileGroup group) throws IOException;
  }

  private final LoadedTable table;
  private final Snapshot snapshot;
  private final LiveFiles live;
  private final GroupWriter writer;
  private final Runnable beforeCommit;

  /**
   * @param beforeCommit runs when all is written and nothing committed
   */
  TableRewrite(LoadedTable table, Snapshot snapshot, Runnable beforeCommit) throws IOException {
    this.table = table;
    this.snapshot = snapshot;
    this.beforeCommit = beforeCommit;
    writer = new GroupWriter(table.table(), table.engine(), snapshot);
    live = new LiveFiles(table.table());
    live.load(table.engine(), snapshot);
  }

  GroupWriter writer() {
    return writer;
  }

  LiveFiles live() {
    return live;
  }

  /** The live files by partition. */
  List<FileGroup> partitions() {
    return FileGroup.byPartition(live.all(), snapshot.getPartitionColumnNames());
  }

  /** What {@link #run} would do. */
  static RewriteResult plan(List<FileGroup> groups, long fileSize) {
    long files = 0;
    long bytes = 0;
    long expectedFiles = 0;
    long expectedBytes = 0;
    for (FileGroup group : groups) {
      files += group.files().size();
      bytes += group.files().stream().mapToLong(file -> file.file().size()).sum();
      long left = group.liveSize();
      expectedFiles += left / fileSize + Math.min(1, left % fileSize);
      expectedBytes += left;
    }
    return new RewriteResult(
        OptionalLong.empty(), files, bytes, expectedFiles, expectedBytes, 0, 0);
  }

  /**
   * Rewrites the groups and commits them as one version, if any.
   *
   * @param parameters what the commit says about itself
   */
  RewriteResult run(List<FileGroup> groups, Writing writing, Map<String, String> parameters)
      throws IOException {
    List<Rewrite> rewrites = new ArrayList<>();
    try {
      for (FileGroup group : groups) {
        rewrites.add(writing.write(writer, group));
      }
      beforeCommit.run();
    } catch (IOException | RuntimeException e) {
      discard(rewrites, e);
      throw e;
    }
    return new RewriteCommit(table, snapshot, live, parameters).commit(rewrites);
  }

  private void discard(List<Rewrite> rewrites, Exception failure) {
    for (Rewrite rewrite : rewrites) {
      try {
        rewrite.discard(table.table());
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
