package io.sluice.delta.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.annotation.Internal;

/**
 * The bytes of a part before it is put. All buffers of a process together take a bounded amount of
 * memory; what goes beyond it lies in a local temporary file until the part was put. By one thread.
 */
@Internal
public final class S3Buffer implements AutoCloseable {

  /** Memory that several buffers share. */
  public static final class Budget {

    /** Of this class loader: that is, of the writers of a job on a task manager. */
    public static final Budget SHARED = new Budget(64L << 20);

    private final AtomicLong free;

    public Budget(long bytes) {
      free = new AtomicLong(bytes);
    }

    boolean take(long bytes) {
      long left = free.get();
      while (left >= bytes) {
        if (free.compareAndSet(left, left - bytes)) {
          return true;
        }
        left = free.get();
      }
      return false;
    }

    void giveBack(long bytes) {
      free.addAndGet(bytes);
    }

    /** In bytes. */
    public long free() {
      return free.get();
    }
  }

  private static final int CHUNK_BYTES = 128 << 10;

  private final Budget budget;
  private final List<byte[]> chunks = new ArrayList<>();
  private int inChunks;
  private FileChannel spill;
  private long spilled;

  public S3Buffer(Budget budget) {
    this.budget = budget;
  }

  /** In bytes. */
  public long size() {
    return inChunks + spilled;
  }

  public void write(byte[] bytes, int offset, int length) throws IOException {
    int inMemory = spilled > 0 ? 0 : toChunks(bytes, offset, length);
    if (inMemory < length) {
      spill(bytes, offset + inMemory, length - inMemory);
    }
  }

  private int toChunks(byte[] bytes, int offset, int length) {
    int taken = 0;
    while (taken < length) {
      int room = chunks.size() * CHUNK_BYTES - inChunks;
      if (room == 0) {
        if (!budget.take(CHUNK_BYTES)) {
          return taken;
        }
        chunks.add(new byte[CHUNK_BYTES]);
        room = CHUNK_BYTES;
      }
      int piece = Math.min(room, length - taken);
      System.arraycopy(
          bytes, offset + taken, chunks.get(chunks.size() - 1), CHUNK_BYTES - room, piece);
      inChunks += piece;
      taken += piece;
    }
    return taken;
  }

  private void spill(byte[] bytes, int offset, int length) throws IOException {
    if (spill == null) {
      spill = temporary();
    }
    ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
    while (left.hasRemaining()) {
      spilled += spill.write(left, spilled);
    }
  }

  /** For this user only; its name is removed at once where that can be done with an open file. */
  private static FileChannel temporary() throws IOException {
    Path file = Files.createTempFile("sluice-upload-", ".tmp");
    return FileChannel.open(
        file,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** What was written; valid until {@link #clear}. */
  public S3Content content() {
    return new S3Content() {
      @Override
      public long length() {
        return size();
      }

      @Override
      public InputStream open() {
        return stream();
      }
    };
  }

  private InputStream stream() {
    List<InputStream> streams = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      int length = Math.min(CHUNK_BYTES, inChunks - i * CHUNK_BYTES);
      streams.add(new ByteArrayInputStream(chunks.get(i), 0, length));
    }
    if (spilled > 0) {
      streams.add(S3Content.of(spill, 0, spilled).open());
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  /** Makes room for the next part. */
  public void clear() throws IOException {
    budget.giveBack((long) chunks.size() * CHUNK_BYTES);
    chunks.clear();
    inChunks = 0;
    spilled = 0;
    if (spill != null) {
      FileChannel used = spill;
      spill = null;
      used.close();
    }
  }

  @Override
  public void close() throws IOException {
    clear();
  }
}
