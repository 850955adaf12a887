package io.sluice.connectors.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Writes the rows of some live files into new ones and commits the exchange. */
final class TableRewrite {

  /** Copies the live rows of a group's files, in an order of its own. */
  @FunctionalInterface
  interface Copy {
    void copy(FileGroup group, RewrittenFiles files) throws IOException;
  }

  private final MaintainedTable table;
  private final Snapshot snapshot;
  private final StructType columns;
  private final Runnable beforeCommit;

  /**
   * @param beforeCommit runs when all is written and nothing committed
   */
  TableRewrite(MaintainedTable table, Snapshot snapshot, Runnable beforeCommit) {
    this.table = table;
    this.snapshot = snapshot;
    this.beforeCommit = beforeCommit;
    List<String> partitions = snapshot.getPartitionColumnNames();
    columns =
        new StructType(
            snapshot.getSchema().fields().stream()
                .filter(field -> !partitions.contains(field.getName()))
                .toList());
  }

  /** The columns of the data files. */
  StructType columns() {
    return columns;
  }

  /** A reader of some of the columns of the data files. */
  LiveRows rows(List<String> names) {
    List<StructField> fields = names.stream().map(columns::get).toList();
    return new LiveRows(table.path(), table.engine(), snapshot, new StructType(fields));
  }

  LiveRows rows() {
    return rows(columns.fieldNames());
  }

  /** The live files by partition. */
  List<FileGroup> partitions() throws IOException {
    return FileGroup.byPartition(
        StoredFile.of(table.engine(), snapshot), snapshot.getPartitionColumnNames());
  }

  /** What {@link #run} would do. */
  static RewriteResult plan(List<FileGroup> groups, long fileSize) {
    long files = 0;
    long bytes = 0;
    long expectedFiles = 0;
    long expectedBytes = 0;
    for (FileGroup group : groups) {
      files += group.files().size();
      bytes += group.files().stream().mapToLong(StoredFile::size).sum();
      long live = group.liveSize();
      expectedFiles += live / fileSize + Math.min(1, live % fileSize);
      expectedBytes += live;
    }
    return new RewriteResult(
        OptionalLong.empty(), files, bytes, expectedFiles, expectedBytes, 0, 0);
  }

  /**
   * Rewrites the groups and commits them as one version, if any.
   *
   * @param fileSize bytes after which a new file is begun
   * @param parameters what the commit says about itself
   */
  RewriteResult run(
      List<FileGroup> groups, long fileSize, Copy copy, Map<String, String> parameters)
      throws IOException {
    List<Rewrite> rewrites = new ArrayList<>();
    try {
      for (FileGroup group : groups) {
        rewrites.add(rewrite(group, fileSize, copy));
      }
      beforeCommit.run();
    } catch (IOException | RuntimeException e) {
      discard(rewrites, e);
      throw e;
    }
    return new RewriteCommit(table, snapshot, parameters).commit(rewrites);
  }

  private Rewrite rewrite(FileGroup group, long fileSize, Copy copy) throws IOException {
    try (RewrittenFiles files =
        new RewrittenFiles(table.path(), columns, group.partitionValues(), fileSize)) {
      copy.copy(group, files);
      return new Rewrite(group.files(), files.finish(), files.rows());
    }
  }

  private void discard(List<Rewrite> rewrites, Exception failure) {
    for (Rewrite rewrite : rewrites) {
      try {
        rewrite.discard(table.path());
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
