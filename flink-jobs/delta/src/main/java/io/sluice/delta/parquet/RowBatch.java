package io.sluice.delta.parquet;

import io.delta.kernel.data.ColumnVector;
import org.apache.flink.annotation.Internal;

/**
 * Some rows of a data file. Nobody changes it any more.
 *
 * @param columns in the order they were asked for
 * @param live the places of the rows that are not deleted; valid up to the count
 * @param count the rows that are not deleted
 */
@Internal
public record RowBatch(ColumnVector[] columns, int[] live, int count) {}
