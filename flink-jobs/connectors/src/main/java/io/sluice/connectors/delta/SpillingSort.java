package io.sluice.connectors.delta;

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
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.IOUtils;

/**
 * Sorts rows by a number, more of them than fit into memory: full buffers are sorted and written to
 * temporary files, which are merged at the end. Rows of equal numbers keep their order.
 */
final class SpillingSort implements AutoCloseable {

  private record Entry(long key, byte[] row) {}

  private final RowDataSerializer serializer;
  private final int arity;
  private final long bufferBytes;
  private final Path directory;
  private final List<Path> runs = new ArrayList<>();
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
    Path run = directory.resolve("run-" + runs.size());
    runs.add(run);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), 1 << 16))) {
      for (Entry entry : buffer) {
        out.writeByte(1);
        out.writeLong(entry.key());
        out.writeInt(entry.row().length);
        out.write(entry.row());
      }
      out.writeByte(0);
    }
    buffer = new ArrayList<>();
    buffered = 0;
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
    merge(target);
  }

  private void merge(LiveRows.Target target) throws IOException {
    List<Run> open = new ArrayList<>();
    try {
      PriorityQueue<Run> next = new PriorityQueue<>();
      for (Path run : runs) {
        Run opened = new Run(open.size(), run);
        open.add(opened);
        if (opened.advance()) {
          next.add(opened);
        }
      }
      while (!next.isEmpty()) {
        Run least = next.poll();
        target.accept(row(least.row));
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
    for (Path run : runs) {
      Files.deleteIfExists(run);
    }
    Files.deleteIfExists(directory);
  }

  /** A sorted temporary file being read. */
  private static final class Run implements Comparable<Run>, AutoCloseable {
    private final int number;
    private final DataInputStream in;
    private long key;
    private byte[] row;

    Run(int number, Path file) throws IOException {
      this.number = number;
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    boolean advance() throws IOException {
      if (in.readByte() == 0) {
        return false;
      }
      key = in.readLong();
      row = new byte[in.readInt()];
      in.readFully(row);
      return true;
    }

    @Override
    public int compareTo(Run other) {
      return key == other.key
          ? Integer.compare(number, other.number)
          : Long.compare(key, other.key);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
