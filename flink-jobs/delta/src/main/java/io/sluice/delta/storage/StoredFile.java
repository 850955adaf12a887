package io.sluice.delta.storage;

import java.time.Instant;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * What a storage says of a file.
 *
 * @param name below the table, see {@link TableStorage}
 * @param size bytes
 * @param modified when it was written, by the clock of the storage; milliseconds since the epoch
 */
@Internal
public record StoredFile(String name, long size, long modified) {

  public StoredFile {
    Objects.requireNonNull(name, "name");
  }

  /** When it was written, by the clock of the storage. */
  public Instant time() {
    return Instant.ofEpochMilli(modified);
  }
}
