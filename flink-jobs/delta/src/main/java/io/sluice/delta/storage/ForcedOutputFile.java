package io.sluice.delta.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.flink.annotation.Internal;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A local file that is on disk, not in a cache, once it is closed: of rows, or of deletion vectors.
 */
@Internal
public final class ForcedOutputFile implements OutputFile {

  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;
  private ForcedStream stream;

  ForcedOutputFile(Path path) {
    this.path = path;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    stream =
        new ForcedStream(
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    return stream;
  }

  /** Gives the file up: what is written from now on goes nowhere, and nothing fails any more. */
  public void abandon() throws IOException {
    if (stream != null) {
      stream.abandoned = true;
      stream.channel.close();
    }
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    return path.toString();
  }

  /**
   * Hands the channel pieces of one size: for a bigger array it would allocate memory off the heap,
   * anew whenever the array is bigger than the one before.
   */
  private static final class ForcedStream extends PositionOutputStream {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long position;

    /** Once a write has failed, the file is not what was written: it must not end as if it were. */
    private IOException failure;

    private boolean abandoned;

    ForcedStream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      if (!buffer.hasRemaining()) {
        flush();
      }
      buffer.put((byte) b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int written = 0; written < length; ) {
        if (!buffer.hasRemaining()) {
          flush();
        }
        int piece = Math.min(buffer.remaining(), length - written);
        buffer.put(bytes, offset + written, piece);
        written += piece;
      }
      position += length;
    }

    @Override
    public void flush() throws IOException {
      if (abandoned) {
        buffer.clear();
        return;
      }
      if (failure != null) {
        throw new IOException("An earlier write failed: " + failure.getMessage(), failure);
      }
      buffer.flip();
      try {
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      } catch (IOException e) {
        failure = e;
        throw e;
      } finally {
        buffer.clear();
      }
    }

    @Override
    public void close() throws IOException {
      if (channel.isOpen()) {
        try (channel) {
          if (failure == null) {
            flush();
            channel.force(true);
          }
        }
      }
    }
  }
}
