package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.StoredFile;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;

/**
 * The log entry of a version, as it was when the version was loaded or published. Whoever publishes
 * the next version must find it again: if it was cleaned up, the next version was there and is
 * gone, too, so its name is free although it is taken; if it is another one, the table was restored
 * or the version overwritten.
 *
 * @param table whose log it is in
 * @param file as it was
 */
record LogEntry(TableStorage table, StoredFile file) {

  /** Costs no access to the file. */
  static LogEntry of(TableStorage table, Snapshot snapshot) throws OutsideTableException {
    FileStatus status = ((SnapshotImpl) snapshot).getLogSegment().getDeltaFileAtEndVersion();
    return new LogEntry(
        table,
        new StoredFile(
            table.name(status.getPath()), status.getSize(), status.getModificationTime()));
  }

  /** Whether it is still there. */
  boolean stands() throws IOException {
    return table.isUnchanged(file);
  }
}
