package io.sluice.delta.commit;

import io.sluice.delta.live.Lineage;
import java.util.UUID;
import org.apache.flink.annotation.Internal;

/**
 * What the aggregator remembers from checkpoint to checkpoint.
 *
 * @param incarnation see {@link DeltaCommittable}
 * @param lastEmitted the last checkpoint that had a committable under it, or {@link
 *     DeltaCommittable#NO_PREVIOUS}
 * @param lineage the incarnations before it
 */
@Internal
public record IncarnationState(String incarnation, long lastEmitted, Lineage lineage) {

  public static IncarnationState mint() {
    return mint(Lineage.NONE);
  }

  private static IncarnationState mint(Lineage lineage) {
    return new IncarnationState(
        UUID.randomUUID().toString(), DeltaCommittable.NO_PREVIOUS, lineage);
  }

  /** A new incarnation after a rewind to a checkpoint of this one. */
  IncarnationState succeededAt(long restoredCheckpoint) {
    return mint(lineage.and(incarnation, restoredCheckpoint));
  }

  public IncarnationState emitted(long checkpointId) {
    return new IncarnationState(incarnation, checkpointId, lineage);
  }

  /** The index has learned all rows of a table version. */
  public IncarnationState learned(long version) {
    return new IncarnationState(incarnation, lastEmitted, lineage.learned(version));
  }

  String encode() {
    return incarnation + ":" + lastEmitted + lineage.encode();
  }

  static IncarnationState decode(String text) {
    String[] parts = text.split(Lineage.SEPARATOR, 2);
    int colon = parts[0].lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalStateException("The sink's state '" + text + "' is not <incarnation>:<id>");
    }
    return new IncarnationState(
        parts[0].substring(0, colon),
        Long.parseLong(parts[0].substring(colon + 1)),
        parts.length < 2 ? Lineage.NONE : Lineage.decode(parts[1]));
  }
}
