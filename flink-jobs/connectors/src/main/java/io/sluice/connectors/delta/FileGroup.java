package io.sluice.connectors.delta;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of one partition, which are rewritten together.
 *
 * @param partitionValues partition column to value, outermost first
 * @param files oldest first
 */
record FileGroup(Map<String, String> partitionValues, List<StoredFile> files) {

  /** The live files by partition, each oldest first. */
  static List<FileGroup> byPartition(List<StoredFile> files, List<String> partitionColumns) {
    Map<Map<String, String>, List<StoredFile>> partitions = new LinkedHashMap<>();
    files.stream()
        .sorted(
            Comparator.comparingLong(StoredFile::modificationTime)
                .thenComparing(file -> file.add().getPath()))
        .forEach(
            file ->
                partitions
                    .computeIfAbsent(ordered(file, partitionColumns), values -> new ArrayList<>())
                    .add(file));
    return partitions.entrySet().stream()
        .map(partition -> new FileGroup(partition.getKey(), partition.getValue()))
        .toList();
  }

  private static Map<String, String> ordered(StoredFile file, List<String> partitionColumns) {
    Map<String, String> found = file.partitionValues();
    Map<String, String> ordered = new LinkedHashMap<>();
    partitionColumns.forEach(column -> ordered.put(column, found.get(column)));
    return ordered;
  }

  /** About the bytes that the live rows take. */
  long liveSize() {
    return files.stream().mapToLong(StoredFile::liveSize).sum();
  }
}
