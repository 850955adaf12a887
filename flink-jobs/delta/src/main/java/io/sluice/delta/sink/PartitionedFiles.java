package io.sluice.delta.sink;

import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.parquet.DataFile;
import io.sluice.delta.parquet.Dictionaries;
import io.sluice.delta.parquet.FileStatistics;
import io.sluice.delta.parquet.RowDataWriteSupport;
import io.sluice.delta.rewrite.Rewrite;
import io.sluice.delta.schema.Columns;
import io.sluice.delta.schema.FileColumns;
import io.sluice.delta.schema.PartitionValues;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.util.IOUtils;

/**
 * The files that one subtask writes between two checkpoints: one open per partition, rolled by
 * size. Rows of further partitions are held in memory until the checkpoint, so that each partition
 * gets one file however its rows come; when they take too much, the file with the most of them is
 * ended.
 */
@Internal
public final class PartitionedFiles implements AutoCloseable {

  /** Files that write Parquet as rows come; more would cost too much memory. */
  public static final int MAX_OPEN = 64;

  /** Partitions of a checkpoint when there is one for strays, which is open as well. */
  static final int MAX_BEFORE_STRAYS = MAX_OPEN - 1;

  /** Bytes of rows that are held. */
  static final long MAX_HELD_BYTES = 16L << 20;

  /** What a held row takes beside its bytes. */
  private static final int HELD_ROW_BYTES = 200;

  private final TableLayout layout;
  private final TableStorage table;
  private final int subtask;
  private final KeySlots<Partition> partitions;
  private final KeyReader keys;
  private final Partition strays;
  private FileColumns columns;
  private FileStatistics statistics;
  private UnaryOperator<RowData> copier;
  private final Dictionaries dictionaries = new Dictionaries();
  private final Deque<Partition> open = new ArrayDeque<>();
  private final List<DeltaFile> finished = new ArrayList<>();
  private int writing;
  private long heldBytes;

  PartitionedFiles(TableLayout layout, FileColumns columns, TableStorage table, int subtask) {
    this.layout = layout;
    this.table = table;
    this.subtask = subtask;
    keys =
        new KeyReader(
            layout.rowType(),
            Columns.indexes(layout.rowType(), layout.partitionColumns(), "Partition column"));
    partitions = new KeySlots<>(keys, this::partition);
    Map<String, String> values = new LinkedHashMap<>();
    layout.strays().keySet().stream()
        .sorted(Comparator.comparing(layout.partitionColumns()::indexOf))
        .forEach(column -> values.put(column, layout.strays().get(column)));
    strays = new Partition(values);
    this.columns = columns;
    statistics = FileStatistics.of(layout, columns.schema());
    copier = columns.copier();
  }

  private static final class Partition {
    final Map<String, String> values;
    DataFile file;
    boolean holds;
    long heldBytes;

    Partition(Map<String, String> values) {
      this.values = values;
    }
  }

  private Partition partition(Object[] key) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < key.length; i++) {
      values.put(layout.partitionColumns().get(i), PartitionValues.serialize(keys.type(i), key[i]));
    }
    return new Partition(values);
  }

  /** Returns the file that the row went to, as its last row so far. */
  DataFile write(RowData row) throws IOException {
    Partition partition =
        layout.strays().isEmpty()
            ? partitions.get(row)
            : partitions.getAtMost(MAX_BEFORE_STRAYS, row, () -> strays);
    if (partition.file == null) {
      open(partition);
    }
    DataFile file = partition.file;
    if (partition.holds) {
      hold(partition, row);
      return file;
    }
    file.write(row);
    if (file.reached(layout.targetFileSize())) {
      finish(partition);
    }
    return file;
  }

  private void hold(Partition partition, RowData row) throws IOException {
    BinaryRowData copy = (BinaryRowData) copier.apply(row);
    long bytes = copy.getSizeInBytes() + HELD_ROW_BYTES;
    partition.file.hold(copy);
    partition.heldBytes += bytes;
    heldBytes += bytes;
    if (heldBytes > MAX_HELD_BYTES) {
      finish(open.stream().max(Comparator.comparingLong(p -> p.heldBytes)).orElseThrow());
    }
  }

  /** Files that are begun from now on have other columns; the open ones are finished. */
  void change(FileColumns newColumns) throws IOException {
    while (!open.isEmpty()) {
      finish(open.peekFirst());
    }
    columns = newColumns;
    statistics = FileStatistics.of(layout, newColumns.schema());
    copier = newColumns.copier();
  }

  private void open(Partition partition) throws IOException {
    partition.holds = writing >= MAX_OPEN;
    partition.heldBytes = 0;
    writing += partition.holds ? 0 : 1;
    String name = String.format("part-%05d-%s-c000.snappy.parquet", subtask, UUID.randomUUID());
    partition.file =
        new DataFile(
            table,
            PartitionValues.directory(partition.values) + name,
            partition.values,
            new RowDataWriteSupport(partition.holds ? columns.alone() : columns),
            dictionaries,
            layout.targetFileSize());
    open.addLast(partition);
  }

  private void finish(Partition partition) throws IOException {
    finished.add(partition.file.finish(statistics));
    partition.file = null;
    open.remove(partition);
    writing -= partition.holds ? 0 : 1;
    heldBytes -= partition.heldBytes;
  }

  /** Ends all open files and returns what was written since the last call. */
  List<DeltaFile> finishAll() throws IOException {
    while (!open.isEmpty()) {
      finish(open.peekFirst());
    }
    partitions.clear();
    List<DeltaFile> result = List.copyOf(finished);
    finished.clear();
    return result;
  }

  /**
   * Removes the files that no checkpoint will name. What a crash leaves is never visible, only
   * unused space.
   */
  @Override
  public void close() throws Exception {
    List<AutoCloseable> leftovers = new ArrayList<>();
    open.forEach(partition -> leftovers.add(partition.file));
    // Until the first that cannot be removed: a store that is away is not asked for each.
    List<DeltaFile> unnamed = List.copyOf(finished);
    leftovers.add(() -> Rewrite.discard(table, unnamed));
    open.clear();
    finished.clear();
    IOUtils.closeAll(leftovers);
  }
}
