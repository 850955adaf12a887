package io.sluice.delta.source;

import io.delta.kernel.Snapshot;
import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.parquet.ReadSchema;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What both kinds of {@link DeltaSource} can be told.
 *
 * @param <B> the builder itself
 */
@PublicEvolving
public abstract class DeltaSourceBuilder<B extends DeltaSourceBuilder<B>> {

  static final long SPLIT_SIZE = 64L << 20;

  final TableStorage table;
  long splitSize = SPLIT_SIZE;
  private List<String> columns = List.of();
  private final Map<String, List<String>> partitions = new LinkedHashMap<>();

  DeltaSourceBuilder(TableStorage table) {
    this.table = table;
  }

  abstract B self();

  /** The columns to read, in this order; all of them unless called. Others are not decoded. */
  public final B columns(List<String> names) {
    columns = List.copyOf(names);
    return self();
  }

  /**
   * Reads only files of these partitions. Several calls must all match.
   *
   * @param column a partition column
   * @param values any of them, in the text form of the Delta protocol: {@code 2026-01-31}, {@code
   *     42}, {@code 2026-01-31 13:45:00} (UTC); null for rows without a value
   */
  public final B partition(String column, String... values) {
    // Not List.of: it refuses null values.
    if (partitions.put(column, Arrays.asList(values.clone())) != null) {
      throw new IllegalArgumentException(
          "The partitions of column '" + column + "' are chosen twice; give all values at once");
    }
    return self();
  }

  /**
   * Cuts larger files into parts that are read in parallel, between row groups.
   *
   * @param bytes of a part, about; 64 MB unless called
   */
  public final B splitSize(long bytes) {
    splitSize = bytes;
    return self();
  }

  /**
   * Looks at the table for its columns.
   *
   * @throws java.io.FileNotFoundException if there is no table
   * @throws RefusedTableException if it cannot be read, or not at this version
   * @throws IllegalArgumentException if there is no such column or partition column
   */
  public abstract DeltaSource build() throws IOException;

  final Snapshot load(SnapshotChoice choice) throws IOException {
    return choice.load(table, TableEngine.of(table));
  }

  final ReadSchema schema(Snapshot snapshot) {
    return ReadSchema.of(table, snapshot, columns);
  }

  final PartitionFilter filter(Snapshot snapshot) {
    return new PartitionFilter(table, snapshot, partitions);
  }
}
