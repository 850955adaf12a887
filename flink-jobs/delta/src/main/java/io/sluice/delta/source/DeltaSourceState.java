package io.sluice.delta.source;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/**
 * What the enumerator of a source remembers.
 *
 * @param tableId the table's id, which a table of the same path but made anew does not have; empty
 *     before the table was looked at
 * @param next the first version that was not looked at; of a snapshot the one after it. Empty
 *     before the table was looked at
 * @param pending splits that no reader has
 * @param read what vacuum leaves for this source
 */
@Internal
public record DeltaSourceState(
    String tableId, OptionalLong next, List<DeltaSplit> pending, OpenReadMark read) {

  static final DeltaSourceState NOTHING = new DeltaSourceState("", OptionalLong.empty(), List.of());

  public DeltaSourceState {
    Objects.requireNonNull(tableId, "tableId");
    Objects.requireNonNull(read, "read");
    pending = List.copyOf(pending);
    if (next.isEmpty() && !pending.isEmpty()) {
      throw new IllegalArgumentException("Splits of no version: " + pending);
    }
  }

  /** Of a source that needs nothing old. */
  public DeltaSourceState(String tableId, OptionalLong next, List<DeltaSplit> pending) {
    this(tableId, next, pending, OpenReadMark.NONE);
  }

  DeltaSourceState with(OpenReadMark other) {
    return new DeltaSourceState(tableId, next, pending, other);
  }
}
