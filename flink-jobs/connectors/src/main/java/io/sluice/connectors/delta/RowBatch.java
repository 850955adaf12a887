package io.sluice.connectors.delta;

import io.delta.kernel.data.ColumnVector;

/**
 * Some rows of a data file. Nobody changes it any more.
 *
 * @param columns in the order they were asked for
 * @param live the places of the rows that are not deleted; valid up to the count
 * @param count the rows that are not deleted
 */
record RowBatch(ColumnVector[] columns, int[] live, int count) {}
