package io.sluice.delta.commit;

import io.sluice.delta.live.FileCount;
import io.sluice.delta.live.FileCounter;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.log.TableState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * A table that a sink appends to. It keeps the list of live files if its files are compacted, and
 * only counts them otherwise. Not thread-safe: one per committer.
 */
@Internal
public final class AppendTable implements CommitTable {

  private final TableHead head;
  private final LiveFiles live;
  private final FileCounter counter;

  /**
   * @param live follows the head
   */
  public AppendTable(TableHead head, LiveFiles live) {
    this.head = head;
    this.live = live;
    counter = new FileCounter(head.layout().targetFileSize());
  }

  @Override
  public TableState current() throws IOException {
    return head.current();
  }

  @Override
  public TableState refresh() throws IOException {
    return head.refresh();
  }

  @Override
  public boolean tryCommit(DeltaCommittable committable, Map<String, Long> transactions)
      throws IOException {
    if (!head.isReady()) {
      return false;
    }
    if (committable.isUpsert()) {
      throw new IllegalStateException(
          "The restored state holds "
              + committable
              + " of an upsert, but this sink appends: rows that it replaces would stay. Restore with the"
              + " mode upsert first, or start without this state");
    }
    SinkVersion version = new SinkVersion(head, committable, transactions);
    FileChanges merge = FileChanges.append(committable.files());
    return head.layout().compacted()
        ? compacted(version, merge)
        : counted(version, merge, committable.files());
  }

  private boolean compacted(SinkVersion version, FileChanges merge) throws IOException {
    live.load(head);
    if (!version.append(merge)) {
      return false;
    }
    live.committed(head.current().version(), merge);
    return true;
  }

  private boolean counted(SinkVersion version, FileChanges merge, List<DeltaFile> files)
      throws IOException {
    counter.load(head.engine(), head.snapshot());
    if (!version.append(merge)) {
      return false;
    }
    counter.committed(head.current().version(), files);
    return true;
  }

  @Override
  public Optional<FileCount> files() {
    return head.layout().compacted() ? live.count() : counter.count();
  }

  @Override
  public void close() {
    head.close();
  }
}
