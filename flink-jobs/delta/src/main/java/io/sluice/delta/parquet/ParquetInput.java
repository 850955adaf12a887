package io.sluice.delta.parquet;

import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A data file that Parquet reads. Links out of its table are not followed. */
@Internal
public final class ParquetInput implements InputFile {

  private final TableStorage table;
  private final String name;
  private final long length;

  /**
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  public ParquetInput(TableStorage table, String name) throws IOException {
    this.table = table;
    this.name = name;
    length = table.status(name).size();
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    return new Stream(table.seekable(name, length));
  }

  /** Parquet's own stream of a local file reads byte by byte where it is asked for a buffer. */
  private static final class Stream extends DelegatingSeekableInputStream {
    private final io.delta.kernel.defaults.engine.fileio.SeekableInputStream in;

    Stream(io.delta.kernel.defaults.engine.fileio.SeekableInputStream in) {
      super(in);
      this.in = in;
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      in.seek(position);
    }
  }

  @Override
  public String toString() {
    return table.path(name);
  }
}
