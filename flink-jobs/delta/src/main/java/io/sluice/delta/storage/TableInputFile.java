package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.defaults.engine.hadoopio.HadoopInputFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.flink.annotation.Internal;
import org.apache.hadoop.conf.Configuration;

/**
 * A file that Kernel reads. Hadoop's in name only: of all others, Kernel would parse Hadoop's
 * configuration from the class path for each Parquet file.
 */
@Internal
public class TableInputFile extends HadoopInputFile {

  private static final Configuration WITHOUT_DEFAULTS = new Configuration(false);

  private final TableStorage storage;
  private final String name;
  private final long knownLength;

  /**
   * @param name below the table
   * @param knownLength bytes, or a negative number if unknown
   */
  public TableInputFile(TableStorage storage, String name, long knownLength) {
    super(null, null, knownLength);
    this.storage = storage;
    this.name = name;
    this.knownLength = knownLength;
  }

  @Override
  public Configuration configuration() {
    return WITHOUT_DEFAULTS;
  }

  @Override
  public long length() throws IOException {
    return knownLength > 0 ? knownLength : storage.status(name).size();
  }

  @Override
  public String path() {
    return storage.path(name);
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    try {
      return storage.seekable(name, knownLength > 0 ? knownLength : -1);
    } catch (NoSuchFileException e) {
      throw TableFileIO.notFound(storage.path(name), e);
    }
  }
}
