package io.sluice.delta.upsert;

import io.delta.kernel.types.StructField;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.schema.TableLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the files that may hold keys which an index has forgotten. Most keys that it does not have
 * are new, and no file holds them: files of other partitions are not looked at, others are ruled
 * out by their bounds, then by a {@link KeyFilter} that is made when a file is read for the first
 * time. Lives as long as its committer.
 */
final class ForgottenKeys {

  /** Of all filters: about sixteen million keys. */
  static final long MOST_BYTES = 64L << 20;

  /** What an entry takes beside its filter. */
  private static final long ENTRY_BYTES = 500;

  private final List<StructField> keyColumns;

  /** Indexes of key columns that are partition columns. */
  private final List<Integer> partitions = new ArrayList<>();

  private final boolean partitionsAreKeys;
  private final long mostBytes;

  /**
   * What is known of a file.
   *
   * @param keys null until it was read, or if it holds too many
   */
  private record Known(FileBounds bounds, KeyFilter keys) {
    long bytes() {
      return ENTRY_BYTES + (keys == null ? 0 : keys.bytes());
    }
  }

  /** By path; the one used longest ago first. */
  private final LinkedHashMap<String, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;

  /**
   * @param mostBytes of all filters
   */
  ForgottenKeys(TableLayout layout, long mostBytes) {
    this.mostBytes = mostBytes;
    keyColumns = layout.key().columns().stream().map(name -> layout.schema().get(name)).toList();
    for (int i = 0; i < keyColumns.size(); i++) {
      if (layout.partitionColumns().contains(keyColumns.get(i).getName())) {
        partitions.add(i);
      }
    }
    partitionsAreKeys = layout.key().columns().containsAll(layout.partitionColumns());
  }

  /**
   * Whether the rows of some files have keys in none of the partitions, for certain.
   *
   * @param aged files by partition values
   */
  boolean areElsewhere(
      Collection<DeltaFile> files, Map<Map<String, String>, Map<String, LiveFile>> aged) {
    if (!partitionsAreKeys || partitions.isEmpty()) {
      return aged.isEmpty();
    }
    Set<List<Object>> mine = new HashSet<>();
    files.forEach(file -> mine.add(partition(file.partitionValues())));
    return aged.keySet().stream().noneMatch(values -> mine.contains(partition(values)));
  }

  private List<Object> partition(Map<String, String> values) {
    List<Object> partition = new ArrayList<>(partitions.size());
    partitions.forEach(i -> partition.add(PlainKeys.ofPartition(keyColumns.get(i), values)));
    return partition;
  }

  /** Looks for keys in the files that may hold them. */
  @FunctionalInterface
  interface Search {
    void in(LiveFile file, KeyFilter news) throws IOException;
  }

  /**
   * Shows the files that may hold one of some keys.
   *
   * @param aged files by partition values and path
   * @param search gets a filter to fill with all keys of the file, or null if there is one
   */
  void each(
      Map<Map<String, String>, Map<String, LiveFile>> aged,
      Collection<List<Object>> keys,
      Search search)
      throws IOException {
    Map<List<Object>, List<List<Object>>> byPartition = new HashMap<>();
    for (List<Object> key : keys) {
      byPartition
          .computeIfAbsent(partitions.stream().map(key::get).toList(), values -> new ArrayList<>())
          .add(key);
    }
    for (Map.Entry<Map<String, String>, Map<String, LiveFile>> group : aged.entrySet()) {
      List<List<Object>> candidates = byPartition.get(partition(group.getKey()));
      if (candidates != null) {
        each(group.getValue().values(), candidates, search);
      }
    }
  }

  private void each(Collection<LiveFile> files, List<List<Object>> keys, Search search)
      throws IOException {
    FilePruning pruning = new FilePruning(keyColumns, keys);
    long[] hashes = keys.stream().mapToLong(KeyFilter::hash).toArray();
    for (LiveFile file : files) {
      Known of = known(file);
      if (of.keys() != null && !mayHold(of.keys(), hashes) || !pruning.mayHold(of.bounds())) {
        continue;
      }
      if (of.keys() == null && KeyFilter.bytes(file.rows().orElse(mostBytes)) < mostBytes) {
        KeyFilter news = new KeyFilter(file.rows().getAsLong());
        search.in(file, news);
        keep(file.path(), new Known(of.bounds(), news));
      } else {
        search.in(file, null);
      }
    }
  }

  private Known known(LiveFile file) {
    Known of = known.get(file.path());
    if (of == null) {
      of = new Known(FileBounds.of(keyColumns, file.file()), null);
      keep(file.path(), of);
    }
    return of;
  }

  private static boolean mayHold(KeyFilter filter, long[] hashes) {
    for (long hash : hashes) {
      if (filter.mayHold(hash)) {
        return true;
      }
    }
    return false;
  }

  private void keep(String path, Known of) {
    Known before = known.put(path, of);
    bytes += of.bytes() - (before == null ? 0 : before.bytes());
    Iterator<Known> oldest = known.values().iterator();
    while (bytes > mostBytes) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }
}
