package io.sluice.delta.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.parquet.io.PositionOutputStream;

/** A new local file that is on disk, not in a cache, once it is closed; so is its name. */
final class ForcedFile extends NewFile {

  private static final int BUFFER_BYTES = 1 << 16;

  private final String name;
  private final Path path;
  private ForcedStream stream;

  /**
   * @param name below its table
   */
  ForcedFile(String name, Path path) {
    this.name = name;
    this.path = path;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    stream =
        new ForcedStream(
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), path);
    return stream;
  }

  @Override
  public void abandon() throws IOException {
    if (stream != null) {
      stream.abandoned = true;
      stream.channel.close();
    }
  }

  @Override
  public StoredFile written() {
    if (stream == null || stream.modified < 0) {
      throw new IllegalStateException("The file " + path + " is not whole");
    }
    return new StoredFile(name, stream.position, stream.modified);
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

    /** Milliseconds since the epoch; negative until the file is whole. */
    private long modified = -1;

    private final Path path;

    ForcedStream(FileChannel channel, Path path) {
      this.channel = channel;
      this.path = path;
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
        boolean whole = failure == null && !abandoned;
        try (channel) {
          if (whole) {
            flush();
            channel.force(true);
          }
        }
        if (whole) {
          DurableFile.force(path.getParent());
          modified = Files.getLastModifiedTime(path).toMillis();
        }
      }
    }
  }
}
