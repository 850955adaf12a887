package io.sluice.delta.parquet;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * Learns from the finished files of one writer which columns a dictionary is of no use to. Parquet
 * builds one for every column and throws it away when it turns out larger than the values, which
 * for columns of nearly unique values is a third of the cost of a file.
 *
 * <p>Columns are named by their dotted paths. One whose own name has a dot is not found by Parquet
 * and keeps its dictionary.
 */
@Internal
public final class Dictionaries {

  /** A column without a dictionary tries one again after this many files. */
  static final int RETRY_FILES = 100;

  /** In fewer values than these too few repeat to condemn a dictionary. */
  static final int ENOUGH_VALUES = 1_000;

  /** Columns without a dictionary, and how many files remain until they try one again. */
  private final Map<String, Integer> without = new HashMap<>();

  /** The columns that the next file writes without a dictionary. */
  Set<String> withoutInNextFile() {
    Set<String> excluded = new HashSet<>();
    without.replaceAll(
        (column, remaining) -> {
          if (remaining == 0) {
            // Only this file tries: those opened before it is finished would learn the same.
            return RETRY_FILES;
          }
          excluded.add(column);
          return remaining - 1;
        });
    return excluded;
  }

  /**
   * Takes a finished file into account.
   *
   * @param excluded the columns that the file was told to write without a dictionary
   */
  void learn(ParquetMetadata footer, Set<String> excluded) {
    Set<String> useful = new HashSet<>();
    Map<String, Long> values = new HashMap<>();
    for (BlockMetaData block : footer.getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        String column = chunk.getPath().toDotString();
        values.merge(column, nonNull(chunk), Long::sum);
        if (chunk.hasDictionaryPage()) {
          useful.add(column);
        }
      }
    }
    values.keySet().removeAll(excluded);
    values.keySet().removeAll(useful);
    without.keySet().removeAll(useful);
    values.forEach(
        (column, count) -> {
          if (count >= ENOUGH_VALUES) {
            without.putIfAbsent(column, RETRY_FILES);
          }
        });
  }

  private static long nonNull(ColumnChunkMetaData chunk) {
    Statistics<?> statistics = chunk.getStatistics();
    boolean known = statistics != null && statistics.isNumNullsSet();
    return chunk.getValueCount() - (known ? statistics.getNumNulls() : 0);
  }
}
