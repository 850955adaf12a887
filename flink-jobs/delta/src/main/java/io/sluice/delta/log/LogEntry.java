package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.storage.LocalFileIO;
import io.sluice.delta.storage.LocalStorage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The log entry of a version, as it was when the version was loaded or published. Whoever publishes
 * the next version must find it again: if it was cleaned up, the next version was there and is
 * gone, too, so its name is free although it is taken; if it is another one, the table was restored
 * or the version overwritten.
 *
 * @param size in bytes
 * @param modified milliseconds since the epoch
 */
record LogEntry(Path file, long size, long modified) {

  /** Costs no access to the file. */
  static LogEntry of(Snapshot snapshot) {
    FileStatus status = ((SnapshotImpl) snapshot).getLogSegment().getDeltaFileAtEndVersion();
    return new LogEntry(
        LocalFileIO.local(status.getPath()), status.getSize(), status.getModificationTime());
  }

  /** Whether it is still there. */
  boolean stands() throws IOException {
    try {
      BasicFileAttributes now = LocalStorage.ofLog(file).attributes(file);
      return now.size() == size && now.lastModifiedTime().toMillis() == modified;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }
}
