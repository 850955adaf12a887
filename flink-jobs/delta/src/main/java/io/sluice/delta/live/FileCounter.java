package io.sluice.delta.live;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileSizes;
import io.sluice.delta.log.LiveFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Counts the files of a table for a sink that keeps no list of them. It follows the sink's own
 * commits. After those of others it counts anew, but not more often than a log checkpoint, which
 * goes through all files, too, is written.
 */
@Internal
public final class FileCounter {

  /** Versions. */
  public static final int INTERVAL = 10;

  private final long smallBelow;
  private Optional<FileCount> count = Optional.empty();
  private long counted;
  private long followed;
  private boolean behind;

  /**
   * @param target bytes of a full file
   */
  public FileCounter(long target) {
    smallBelow = FileSizes.smallBelow(target);
  }

  /** Looks at the version that the next commit follows. */
  public void load(Engine engine, Snapshot snapshot) throws IOException {
    long version = snapshot.getVersion();
    behind |= version != followed;
    followed = version;
    if (count.isEmpty() || (behind && Math.abs(version - counted) >= INTERVAL)) {
      count = Optional.of(count(engine, snapshot));
      counted = version;
      behind = false;
    }
  }

  private FileCount count(Engine engine, Snapshot snapshot) throws IOException {
    int[] files = LiveFile.count(engine, snapshot, smallBelow);
    return new FileCount(files[0], files[1]);
  }

  /** Follows a commit of our own. */
  public void committed(long version, List<DeltaFile> added) {
    int small = (int) added.stream().filter(file -> file.size() < smallBelow).count();
    count = count.map(now -> new FileCount(now.active() + added.size(), now.small() + small));
    followed = version;
  }

  /** Empty before the first commit. */
  public Optional<FileCount> count() {
    return count;
  }
}
