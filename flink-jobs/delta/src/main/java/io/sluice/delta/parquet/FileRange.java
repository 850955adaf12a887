package io.sluice.delta.parquet;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.log.LiveFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * A part of a data file: the row groups whose middle lies in a range of its bytes. Ranges of a file
 * that follow each other without a gap hold each of its rows once.
 *
 * @param path relative to the table, percent-encoded as in the log
 * @param partitionValues by the name that files have for the column; null for null
 * @param deletions which rows of the whole file are deleted
 * @param start the first byte
 * @param end behind the last byte
 */
@Internal
public record FileRange(
    String path,
    Map<String, String> partitionValues,
    Optional<DeletionVectorDescriptor> deletions,
    long start,
    long end) {

  public FileRange {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(deletions, "deletions");
    // Not Map.copyOf: it refuses null values.
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "The range " + start + " to " + end + " of " + path + " is none");
    }
  }

  /** The whole of a file. */
  public static FileRange whole(LiveFile file) {
    return of(file, 0, file.file().size());
  }

  private static FileRange of(LiveFile file, long start, long end) {
    return new FileRange(file.path(), file.file().partitionValues(), file.vector(), start, end);
  }

  /**
   * Cuts a file into ranges of about the same size, none above one and a half times the target.
   *
   * @param targetSize bytes
   */
  public static List<FileRange> split(LiveFile file, long targetSize) {
    long size = file.file().size();
    long count = Math.max(1, Math.round((double) size / targetSize));
    List<FileRange> ranges = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      ranges.add(of(file, share(size, i, count), share(size, i + 1, count)));
    }
    return ranges;
  }

  private static long share(long size, long part, long parts) {
    return part == parts ? size : size / parts * part;
  }
}
