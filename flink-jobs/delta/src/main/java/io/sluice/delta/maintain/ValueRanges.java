package io.sluice.delta.maintain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Divides the values of one column into ranges that hold about the same number of sampled values,
 * so that skew does not matter. Nulls come first.
 */
final class ValueRanges {

  private final List<Object> bounds;

  private ValueRanges(List<Object> bounds) {
    this.bounds = bounds;
  }

  /**
   * @param sample values of Flink's own types, null among them
   * @param ranges the most ranges there may be
   */
  static ValueRanges of(List<Object> sample, int ranges) {
    List<Object> sorted = new ArrayList<>(sample);
    sorted.removeIf(value -> value == null);
    sorted.sort(ORDER);
    List<Object> bounds = new ArrayList<>();
    for (int i = 0; i < ranges - 1 && !sorted.isEmpty(); i++) {
      Object bound = sorted.get((int) ((long) i * sorted.size() / (ranges - 1)));
      if (bounds.isEmpty() || ORDER.compare(bounds.get(bounds.size() - 1), bound) < 0) {
        bounds.add(bound);
      }
    }
    return new ValueRanges(bounds);
  }

  /** Values of one column have one type, and all that are not nested know their order. */
  @SuppressWarnings("unchecked")
  private static final Comparator<Object> ORDER =
      (left, right) -> ((Comparable<Object>) left).compareTo(right);

  /** How many different results {@link #find} has. */
  int count() {
    return bounds.size() + 1;
  }

  /** The number of the value's range, from 0. */
  int find(Object value) {
    if (value == null) {
      return 0;
    }
    int low = 0;
    int high = bounds.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ORDER.compare(bounds.get(middle), value) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
