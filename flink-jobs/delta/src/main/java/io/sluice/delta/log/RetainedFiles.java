package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.replay.ActionWrapper;
import io.delta.kernel.internal.replay.ActionsIterator;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/** The files that a table still needs: live ones, and those removed a short while ago. */
@Internal
public final class RetainedFiles {

  private static final StructType REMOVE =
      new StructType()
          .add("path", StringType.STRING)
          .add("deletionTimestamp", LongType.LONG)
          .add("deletionVector", DeletionVectorDescriptor.READ_SCHEMA);
  private static final StructType REMOVES = new StructType().add("remove", REMOVE);

  private final TableStorage table;
  private final TableFolder paths;
  private final Set<String> files = new HashSet<>();
  private long live;

  private RetainedFiles(TableStorage table) {
    this.table = table;
    paths = new TableFolder(table);
  }

  /**
   * Reads the whole log, or fails.
   *
   * @param removedSince files removed at this time or later are needed still
   * @param entries more log entries to look for removals in than the snapshot needs
   */
  public static RetainedFiles of(
      TableStorage table,
      Engine engine,
      Snapshot snapshot,
      Instant removedSince,
      List<FileStatus> entries)
      throws IOException {
    RetainedFiles retained = new RetainedFiles(table);
    for (LiveFile live : LiveFile.in(engine, snapshot)) {
      retained.live++;
      retained.keep(live.path(), live.vector());
      if (live.moves() != null) {
        retained.keep(live.moves(), Optional.empty());
      }
    }
    retained.keepRemoved(engine, snapshot.getLogSegment().allLogFilesReversed(), removedSince);
    retained.keepRemoved(engine, entries, removedSince);
    return retained;
  }

  /** Keeps all that some log entries removed, whenever that was. */
  public void keepRemoved(Engine engine, List<FileStatus> entries) throws IOException {
    keepRemoved(engine, entries, Instant.EPOCH);
  }

  private void keepRemoved(Engine engine, List<FileStatus> log, Instant since) throws IOException {
    try (CloseableIterator<ActionWrapper> actions =
        new ActionsIterator(engine, log, REMOVES, Optional.empty())) {
      while (actions.hasNext()) {
        ColumnVector removes = actions.next().getColumnarBatch().getColumnVector(0);
        for (int at = 0; at < removes.getSize(); at++) {
          if (!removes.isNullAt(at) && recent(removes.getChild(1), at, since)) {
            keep(
                removes.getChild(0).getString(at),
                Optional.ofNullable(
                    DeletionVectorDescriptor.fromColumnVector(removes.getChild(2), at)));
          }
        }
      }
    }
  }

  /** Without a time it may have been a moment ago. */
  private static boolean recent(ColumnVector times, int at, Instant since) {
    return times.isNullAt(at) || times.getLong(at) >= since.toEpochMilli();
  }

  private void keep(String path, Optional<DeletionVectorDescriptor> deletions) throws IOException {
    Optional<String> name = paths.name(path);
    if (name.isPresent()) {
      keep(name.get());
    }
    if (deletions.isPresent() && deletions.get().isOnDisk()) {
      Optional<String> vector = paths.name(deletions.get());
      if (vector.isPresent()) {
        keep(vector.get());
      }
    }
  }

  /** By its name and by where it really is: a part of the table may be reached through a link. */
  private void keep(String name) throws IOException {
    files.add(name);
    files.add(table.realName(name));
  }

  /** How many data files are live. */
  public long live() {
    return live;
  }

  public boolean contains(String name) {
    return files.contains(name);
  }
}
