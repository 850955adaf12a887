package io.sluice.delta.maintain;

import io.delta.kernel.Snapshot;
import io.sluice.delta.live.FileGroup;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.log.RewritableFeatures;
import io.sluice.delta.rewrite.RewriteAttempt;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** Packs small files, and files with many deleted rows, into bigger ones. */
@Internal
public final class Compaction {

  private final LoadedTable table;
  private final long targetFileSize;
  private final Runnable beforeCommit;

  public Compaction(TableStorage table, long targetFileSize, Runnable beforeCommit) {
    this.table = new LoadedTable(table);
    this.targetFileSize = targetFileSize;
    this.beforeCommit = beforeCommit;
  }

  public RewriteResult run(boolean dryRun) throws IOException {
    Snapshot snapshot = table.load();
    RewritableFeatures.check(table.table().toString(), snapshot);
    TableRewrite rewrite = new TableRewrite(table, snapshot, beforeCommit);
    List<FileGroup> bins =
        rewrite.partitions().stream()
            .flatMap(partition -> BinPacking.bins(partition, targetFileSize).stream())
            .toList();
    if (dryRun) {
      return TableRewrite.plan(bins, Long.MAX_VALUE);
    }
    LiveFiles live = rewrite.live();
    boolean tracked = live.all().stream().anyMatch(LiveFile::isTracked);
    return rewrite.run(
        bins,
        (writer, bin) ->
            writer.joined(bin.partitionValues(), live.inputs(bin.files()), tracked, () -> false),
        RewriteAttempt.COMPACTION);
  }
}
