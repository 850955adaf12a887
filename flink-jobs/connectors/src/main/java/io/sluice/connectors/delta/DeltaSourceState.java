package io.sluice.connectors.delta;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What the enumerator of a source remembers.
 *
 * @param tableId the table's id, which a table of the same path but made anew does not have; empty
 *     before the table was looked at
 * @param next the first version that was not looked at; of a snapshot the one after it. Empty
 *     before the table was looked at
 * @param pending splits that no reader has
 */
record DeltaSourceState(String tableId, OptionalLong next, List<DeltaSplit> pending) {

  static final DeltaSourceState NOTHING = new DeltaSourceState("", OptionalLong.empty(), List.of());

  DeltaSourceState {
    Objects.requireNonNull(tableId, "tableId");
    pending = List.copyOf(pending);
    if (next.isEmpty() && !pending.isEmpty()) {
      throw new IllegalArgumentException("Splits of no version: " + pending);
    }
  }
}
