package io.sluice.runtime.aggregate;

import io.sluice.runtime.TestingOrders;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/** Partial rows of the views of {@link TestingOrders}. */
final class TestingPartials {
  private TestingPartials() {}

  /** What was gathered of one event. */
  static RowData partial(String shop, long windowStart, String amount, String id) {
    byte[] sum = amount == null ? null : new BigDecimal(amount).unscaledValue().toByteArray();
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

  private static BigDecimal sum(RowData row, int field) {
    return new BigDecimal(new BigInteger(row.getBinary(field)), 2);
  }

  static String text(RowData row) {
    return "%s %d v%d total=%s orders=%d mean=%s/%d last=%s"
        .formatted(
            row.getString(0),
            row.getLong(1),
            row.getLong(2),
            sum(row, 3),
            row.getLong(4),
            sum(row, 5),
            row.getLong(6),
            row.getString(7));
  }
}
