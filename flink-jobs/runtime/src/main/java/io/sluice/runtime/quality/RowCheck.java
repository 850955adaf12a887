package io.sluice.runtime.quality;

import org.apache.flink.table.data.RowData;

/** One compiled expectation. */
@FunctionalInterface
interface RowCheck {
  /** Whether the expectation holds for the row; null satisfies all but the required check. */
  boolean holds(RowData row, long kafkaTimestampMillis);
}
