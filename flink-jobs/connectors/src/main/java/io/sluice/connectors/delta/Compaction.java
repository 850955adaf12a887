package io.sluice.connectors.delta;

import io.delta.kernel.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Packs small files, and files with many deleted rows, into bigger ones. */
final class Compaction {

  private final MaintainedTable table;
  private final long targetFileSize;
  private final Runnable beforeCommit;

  Compaction(Path table, long targetFileSize, Runnable beforeCommit) {
    this.table = new MaintainedTable(table);
    this.targetFileSize = targetFileSize;
    this.beforeCommit = beforeCommit;
  }

  RewriteResult run(boolean dryRun) throws IOException {
    Snapshot snapshot = table.load();
    RewriteSupport.check(table.path().toString(), snapshot);
    TableRewrite rewrite = new TableRewrite(table, snapshot, beforeCommit);
    List<FileGroup> bins =
        rewrite.partitions().stream()
            .flatMap(partition -> BinPacking.bins(partition, targetFileSize).stream())
            .toList();
    // A bin is one file, whatever its size comes to: it was packed to the target.
    return dryRun
        ? TableRewrite.plan(bins, Long.MAX_VALUE)
        : rewrite.run(bins, Long.MAX_VALUE, copy(rewrite.rows()), PARAMETERS);
  }

  /** As Spark writes them. */
  private static final Map<String, String> PARAMETERS =
      Map.of("predicate", "[]", "zOrderBy", "[]", "auto", "false");

  private static TableRewrite.Copy copy(LiveRows rows) {
    return (bin, files) -> {
      for (StoredFile file : bin.files()) {
        rows.read(file, files::write);
      }
    };
  }
}
