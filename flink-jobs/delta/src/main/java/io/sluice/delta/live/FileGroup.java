package io.sluice.delta.live;

import io.sluice.delta.log.LiveFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/**
 * Files of one partition, which are rewritten together.
 *
 * @param partitionValues partition column to value, outermost first
 * @param files oldest first
 */
@Internal
public record FileGroup(Map<String, String> partitionValues, List<LiveFile> files) {

  /** The live files by partition, each oldest first. */
  public static List<FileGroup> byPartition(
      Collection<LiveFile> files, List<String> partitionColumns) {
    Map<Map<String, String>, List<LiveFile>> partitions = new LinkedHashMap<>();
    files.stream()
        .sorted(
            Comparator.comparingLong((LiveFile file) -> file.file().modificationTime())
                .thenComparing(LiveFile::path))
        .forEach(
            file ->
                partitions
                    .computeIfAbsent(ordered(file, partitionColumns), values -> new ArrayList<>())
                    .add(file));
    return partitions.entrySet().stream()
        .map(partition -> new FileGroup(partition.getKey(), partition.getValue()))
        .toList();
  }

  private static Map<String, String> ordered(LiveFile file, List<String> partitionColumns) {
    Map<String, String> found = file.file().partitionValues();
    Map<String, String> ordered = new LinkedHashMap<>();
    partitionColumns.forEach(column -> ordered.put(column, found.get(column)));
    return ordered;
  }

  /** Splits the group into at most two: the files whose rows an index may know, and the others. */
  public List<FileGroup> byTracking() {
    return files.stream().collect(Collectors.partitioningBy(LiveFile::isTracked)).values().stream()
        .filter(kind -> !kind.isEmpty())
        .map(kind -> new FileGroup(partitionValues, kind))
        .toList();
  }

  /** About the bytes that the live rows take. */
  public long liveSize() {
    return files.stream().mapToLong(LiveFile::liveSize).sum();
  }
}
