package io.sluice.runtime.aggregate;

import io.sluice.runtime.TestingOrders;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/** Partial rows of the views of {@link TestingOrders}. */
final class TestingPartials {
  private TestingPartials() {}

  /** What was gathered of one event. */
  static RowData partial(String shop, long windowStart, String amount, String id) {
    DecimalData sum = amount == null ? null : TestingOrders.decimal(amount, 38);
    return GenericRowData.of(
        StringData.fromString(shop),
        windowStart,
        1L,
        sum,
        1L,
        sum,
        amount == null ? 0L : 1L,
        id == null ? null : StringData.fromString(id));
  }

  static String text(RowData row) {
    return "%s %d v%d total=%s orders=%d mean=%s/%d last=%s"
        .formatted(
            row.getString(0),
            row.getLong(1),
            row.getLong(2),
            row.getDecimal(3, 38, 2),
            row.getLong(4),
            row.getDecimal(5, 38, 2),
            row.getLong(6),
            row.getString(7));
  }
}
