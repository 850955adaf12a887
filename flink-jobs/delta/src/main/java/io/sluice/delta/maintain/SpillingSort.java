package io.sluice.delta.maintain;

import io.sluice.delta.parquet.LiveRows;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.IOUtils;

/**
 * Sorts rows by a number, more of them than fit into memory: full buffers are sorted and written to
 * temporary files, which are merged at the end. Rows of equal numbers keep their order.
 *
 * <p>Written by hand, because Flink's external sorter needs the memory and the I/O manager of a
 * task, and maintenance runs outside of any.
 */
final class SpillingSort implements AutoCloseable {

  /** Files open at a time: there may be more of them than the system lets a process have. */
  private static final int FAN_IN = 256;

  private record Entry(long key, byte[] row) {}

  /** Takes entries in order. */
  @FunctionalInterface
  private interface Sorted {
    void accept(Entry entry) throws IOException;
  }

  /** Shows entries in order. */
  @FunctionalInterface
  private interface Source {
    void show(Sorted target) throws IOException;
  }

  private final RowDataSerializer serializer;
  private final int arity;
  private final long bufferBytes;
  private final Path directory;

  /** Sorted temporary files; of equal keys, those of an earlier one come first. */
  private List<Path> runs = new ArrayList<>();

  private int written;
  private List<Entry> buffer = new ArrayList<>();
  private long buffered;

  /**
   * @param bufferBytes of rows to hold in memory
   */
  SpillingSort(RowType type, long bufferBytes) throws IOException {
    this.bufferBytes = bufferBytes;
    serializer = new RowDataSerializer(type);
    arity = type.getFieldCount();
    // Only its owner may read it.
    directory = Files.createTempDirectory("sluice-zorder");
  }

  void add(long key, RowData row) throws IOException {
    BinaryRowData binary = serializer.toBinaryRow(row).copy();
    byte[] bytes = binary.getSegments()[0].getArray();
    buffer.add(new Entry(key, bytes));
    // The object headers of a row take about as much as a few numbers.
    buffered += bytes.length + 64L;
    if (buffered >= bufferBytes) {
      spill();
    }
  }

  private void sort() {
    buffer.sort(Comparator.comparingLong(Entry::key));
  }

  private void spill() throws IOException {
    sort();
    runs.add(
        write(
            out -> {
              for (Entry entry : buffer) {
                out.accept(entry);
              }
            }));
    buffer = new ArrayList<>();
    buffered = 0;
  }

  /** Writes a temporary file. */
  private Path write(Source entries) throws IOException {
    Path run = directory.resolve("run-" + written++);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), 1 << 16))) {
      entries.show(
          entry -> {
            out.writeByte(1);
            out.writeLong(entry.key());
            out.writeInt(entry.row().length);
            out.write(entry.row());
          });
      out.writeByte(0);
    }
    return run;
  }

  /** How many temporary files there are. */
  int runs() {
    return runs.size();
  }

  /** Shows all rows in order. */
  void drain(LiveRows.Target target) throws IOException {
    if (runs.isEmpty()) {
      sort();
      for (Entry entry : buffer) {
        target.accept(row(entry.row()));
      }
      return;
    }
    spill();
    while (runs.size() > FAN_IN) {
      runs = fewer();
    }
    merge(runs, entry -> target.accept(row(entry.row())));
  }

  /** Merges neighbours into one each. */
  private List<Path> fewer() throws IOException {
    List<Path> merged = new ArrayList<>();
    for (int from = 0; from < runs.size(); from += FAN_IN) {
      List<Path> some = runs.subList(from, Math.min(from + FAN_IN, runs.size()));
      merged.add(write(out -> merge(some, out)));
      for (Path run : some) {
        Files.delete(run);
      }
    }
    return merged;
  }

  private static void merge(List<Path> files, Sorted target) throws IOException {
    List<Run> open = new ArrayList<>();
    try {
      PriorityQueue<Run> next = new PriorityQueue<>();
      for (Path file : files) {
        Run opened = new Run(open.size(), file);
        open.add(opened);
        if (opened.advance()) {
          next.add(opened);
        }
      }
      while (!next.isEmpty()) {
        Run least = next.poll();
        target.accept(least.entry);
        if (least.advance()) {
          next.add(least);
        }
      }
    } finally {
      IOUtils.closeAllQuietly(open);
    }
  }

  private RowData row(byte[] bytes) {
    BinaryRowData row = new BinaryRowData(arity);
    row.pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
    return row;
  }

  @Override
  public void close() throws IOException {
    buffer = new ArrayList<>();
    try (Stream<Path> left = Files.list(directory)) {
      for (Path run : left.toList()) {
        Files.deleteIfExists(run);
      }
    }
    Files.delete(directory);
  }

  /** A sorted temporary file being read. */
  private static final class Run implements Comparable<Run>, AutoCloseable {
    private final int number;
    private final DataInputStream in;
    private Entry entry;

    Run(int number, Path file) throws IOException {
      this.number = number;
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    boolean advance() throws IOException {
      if (in.readByte() == 0) {
        return false;
      }
      long key = in.readLong();
      byte[] row = new byte[in.readInt()];
      in.readFully(row);
      entry = new Entry(key, row);
      return true;
    }

    @Override
    public int compareTo(Run other) {
      int byKey = Long.compare(entry.key(), other.entry.key());
      return byKey == 0 ? Integer.compare(number, other.number) : byKey;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
