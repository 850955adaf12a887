package io.sluice.delta.upsert;

import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.SinkVersion;
import io.sluice.delta.live.FileCount;
import io.sluice.delta.live.LearnedFiles;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.log.TableState;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.annotation.Internal;

/** A table whose rows a sink replaces by key. Not thread-safe: one per committer. */
@Internal
public final class UpsertTable implements CommitTable {

  /** Takes the keys of a table, with the places of their rows. */
  @FunctionalInterface
  interface KeyVisitor {
    void row(List<Object> key, long order, UUID file, int position) throws IOException;
  }

  private final TableHead head;
  private final LiveFiles live;
  private final LearnedFiles learned;
  private final ForgottenKeys forgotten;

  /**
   * @param live follows the head
   */
  public UpsertTable(TableHead head, LiveFiles live) {
    this.head = head;
    this.live = live;
    learned = new LearnedFiles(head.table(), head.engine());
    forgotten = new ForgottenKeys(head.layout(), ForgottenKeys.MOST_BYTES);
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
    SinkVersion version = new SinkVersion(head, committable, transactions);
    live.load(head);
    // The state may be of a sink that only appended.
    return committable.isUpsert() ? upsert(version, committable) : append(version, committable);
  }

  private boolean append(SinkVersion version, DeltaCommittable committable) throws IOException {
    FileChanges merge = FileChanges.append(committable.files());
    if (!version.append(merge)) {
      return false;
    }
    live.committed(head.current().version(), merge);
    return true;
  }

  private boolean upsert(SinkVersion version, DeltaCommittable committable) throws IOException {
    UpsertMerge upsert =
        new UpsertMerge(
            head.table(),
            head.engine(),
            head.layout(),
            live,
            committable,
            learned.of(committable.lineage().learned()),
            forgotten);
    FileChanges merge;
    try {
      merge = upsert.resolve();
    } catch (NoSuchFileException | FileNotFoundException gone) {
      return lostTo(gone);
    }
    if (!version.upsert(merge)) {
      upsert.discard();
      return false;
    }
    live.committed(head.current().version(), merge);
    return true;
  }

  /** A file that others rewrote may have been vacuumed before this version was looked at again. */
  private boolean lostTo(IOException gone) throws IOException {
    TableState expected = head.current();
    if (head.refresh() == expected) {
      throw gone;
    }
    return false;
  }

  @Override
  public Optional<FileCount> files() {
    return live.count();
  }

  /** How many files hold rows that an index does not know. */
  public int unknown(Lineage lineage) throws IOException {
    live.load(head);
    return live.unknown(lineage, learned.of(lineage.learned())).size();
  }

  /** Shows the keys of all live rows of {@link #current()}. */
  void keys(KeyVisitor visitor) throws IOException {
    live.load(head);
    KeyScan scan = new KeyScan(head.table(), head.engine(), head.layout());
    for (LiveFile file : List.copyOf(live.all())) {
      UUID id = FileIds.of(file.path());
      scan.read(
          file.file(),
          live.deletedIn(file),
          (key, order, position) -> visitor.row(key, order, id, position));
    }
  }

  /**
   * Shows the keys of all live rows to an index that keeps them: its commits can tell for ever
   * which files it knows.
   */
  void learn(KeyVisitor visitor) throws IOException {
    keys(visitor);
    learned.keep(head.current().version(), live.all());
  }

  @Override
  public void close() {
    head.close();
  }
}
