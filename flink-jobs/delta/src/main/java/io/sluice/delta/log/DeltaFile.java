package io.sluice.delta.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * One finished Parquet file: written but in no version yet, or of a {@link LiveFile}.
 *
 * @param path relative to the table, percent-encoded as the Delta log wants it
 * @param partitionValues partition column to serialised value; null stands for a null (or empty)
 *     value
 * @param size bytes, 0 or more
 * @param modificationTime milliseconds since the epoch
 * @param stats Delta's statistics as JSON
 */
@Internal
public record DeltaFile(
    String path,
    Map<String, String> partitionValues,
    long size,
    long modificationTime,
    String stats) {

  public DeltaFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(stats, "stats");
    if (size < 0) {
      throw new IllegalArgumentException("Its size is %d bytes".formatted(size));
    }
    // Not Map.copyOf: it refuses null values.
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
  }
}
