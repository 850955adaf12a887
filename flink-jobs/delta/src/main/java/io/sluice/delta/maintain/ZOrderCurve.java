package io.sluice.delta.maintain;

import java.util.List;
import org.apache.flink.table.data.RowData;

/**
 * Gives every row a place on a curve along which rows that are near in all columns stay near: the
 * interleaved bits of the columns' range numbers.
 */
final class ZOrderCurve {

  private static final int MAX_BITS = 12;
  private static final int ALL_BITS = 60;

  /** A column of the curve. */
  record Dimension(RowData.FieldGetter value, ValueRanges ranges) {}

  private final List<Dimension> dimensions;
  private final int bits;

  ZOrderCurve(List<Dimension> dimensions) {
    this.dimensions = List.copyOf(dimensions);
    bits = bits(dimensions.size());
  }

  /** The number of ranges that each of some columns may have. */
  static int ranges(int columns) {
    return 1 << bits(columns);
  }

  private static int bits(int columns) {
    return Math.min(MAX_BITS, ALL_BITS / columns);
  }

  long place(RowData row) {
    long place = 0;
    for (int i = 0; i < dimensions.size(); i++) {
      long number = number(dimensions.get(i), row);
      for (int bit = 0; bit < bits; bit++) {
        place |= ((number >>> bit) & 1) << (bit * dimensions.size() + dimensions.size() - 1 - i);
      }
    }
    return place;
  }

  /** Spread over all bits, so that a column of few values weighs as much as one of many. */
  private long number(Dimension dimension, RowData row) {
    long range = dimension.ranges().find(dimension.value().getFieldOrNull(row));
    long last = Math.max(1, dimension.ranges().count() - 1);
    return range * ((1L << bits) - 1) / last;
  }
}
