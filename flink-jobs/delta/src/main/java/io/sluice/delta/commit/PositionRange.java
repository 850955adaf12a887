package io.sluice.delta.commit;

import org.apache.flink.annotation.Internal;

/**
 * The order values of one fence group that one checkpoint adds.
 *
 * @param first the lowest order value
 * @param last the highest order value; the table's position once committed
 */
@Internal
public record PositionRange(long first, long last) {

  public PositionRange {
    if (first > last) {
      throw new IllegalArgumentException("A range ends before it starts: " + first + " > " + last);
    }
  }

  PositionRange merge(PositionRange other) {
    return new PositionRange(Math.min(first, other.first), Math.max(last, other.last));
  }
}
