package io.sluice.delta.table;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The data files of one table version, for an engine that reads Parquet itself.
 *
 * @param version the version
 * @param columns in the table's order
 * @param files live files; none lies outside the table
 */
@PublicEvolving
public record TableFiles(long version, List<Column> columns, List<File> files) {

  /**
   * A column.
   *
   * @param name as people write it
   * @param fileName as the data files call it; with column mapping it is another one
   * @param type the Delta type, as Delta writes it
   * @param partition whether its values stand in {@link File#partitionValues} and not in the file
   */
  public record Column(String name, String fileName, String type, boolean partition) {}

  /**
   * A data file.
   *
   * @param path absolute
   * @param partitionValues by {@link Column#fileName}: Boolean, String, BigDecimal, Float, Double,
   *     byte[], or Long for whole numbers, dates (days since the epoch) and timestamps
   *     (microseconds since the epoch); null for null
   * @param deleted positions of rows that are deleted, ascending
   */
  public record File(Path path, Map<String, Object> partitionValues, int[] deleted) {}
}
