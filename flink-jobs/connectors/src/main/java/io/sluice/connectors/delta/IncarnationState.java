package io.sluice.connectors.delta;

import java.util.UUID;

/**
 * What the aggregator remembers from checkpoint to checkpoint.
 *
 * @param incarnation see {@link DeltaCommittable}
 * @param lastEmitted the last checkpoint that had a committable under it, or {@link
 *     DeltaCommittable#NO_PREVIOUS}
 */
record IncarnationState(String incarnation, long lastEmitted) {

  static IncarnationState mint() {
    return new IncarnationState(UUID.randomUUID().toString(), DeltaCommittable.NO_PREVIOUS);
  }

  IncarnationState emitted(long checkpointId) {
    return new IncarnationState(incarnation, checkpointId);
  }

  String encode() {
    return incarnation + ":" + lastEmitted;
  }

  static IncarnationState decode(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalStateException("The sink's state '" + text + "' is not <incarnation>:<id>");
    }
    return new IncarnationState(
        text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
  }
}
