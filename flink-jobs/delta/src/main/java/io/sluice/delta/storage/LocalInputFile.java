package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.defaults.engine.hadoopio.HadoopInputFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.flink.annotation.Internal;
import org.apache.hadoop.conf.Configuration;

/**
 * A file that Kernel reads. Hadoop's in name only: of all others, Kernel would parse Hadoop's
 * configuration from the class path for each Parquet file.
 */
@Internal
public class LocalInputFile extends HadoopInputFile {

  private static final Configuration WITHOUT_DEFAULTS = new Configuration(false);

  private final LocalStorage storage;
  private final Path path;
  private final long knownLength;

  /**
   * @param knownLength bytes, or a negative number if unknown
   */
  public LocalInputFile(LocalStorage storage, Path path, long knownLength) {
    super(null, null, knownLength);
    this.storage = storage;
    this.path = path;
    this.knownLength = knownLength;
  }

  @Override
  public Configuration configuration() {
    return WITHOUT_DEFAULTS;
  }

  @Override
  public long length() throws IOException {
    return knownLength > 0 ? knownLength : storage.attributes(path).size();
  }

  @Override
  public String path() {
    return path.toString();
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    try {
      return new Stream(storage.channel(path));
    } catch (NoSuchFileException e) {
      throw LocalFileIO.notFound(path, e);
    }
  }

  private static final class Stream extends SeekableInputStream {
    private final FileChannel channel;

    Stream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public void seek(long position) throws IOException {
      channel.position(position);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new EOFException("The file ends before " + length + " bytes were read");
        }
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
