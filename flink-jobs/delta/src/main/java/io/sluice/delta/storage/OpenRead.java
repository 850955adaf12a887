package io.sluice.delta.storage;

import java.time.Instant;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A source that is still reading an old version of a table, or will when it is restored.
 *
 * @param id the same across restarts of the source
 * @param version all files of it, and of later ones, may be read yet
 * @param lastSeen when the source last ran
 */
@PublicEvolving
public record OpenRead(String id, long version, Instant lastSeen) {

  public OpenRead {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(lastSeen, "lastSeen");
  }
}
