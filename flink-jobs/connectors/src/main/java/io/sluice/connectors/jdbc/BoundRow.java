package io.sluice.connectors.jdbc;

import org.apache.flink.table.data.RowData;

/**
 * A row and its values as the driver takes them.
 *
 * @param values one per column; null where the column is null
 */
record BoundRow(RowData row, Object[] values) {}
