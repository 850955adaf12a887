package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What Kernel writes itself: log entries, checkpoints, checksums. */
final class TableOutputFile implements OutputFile {

  private final TableStorage storage;
  private final String name;

  TableOutputFile(TableStorage storage, String name) {
    this.storage = storage;
    this.name = name;
  }

  @Override
  public String path() {
    return storage.path(name);
  }

  /**
   * Writes the file under its own name: whether all went well is for {@link CheckpointWriter} to
   * say. Closing says nothing, since it happens after a failure, too.
   */
  @Override
  public PositionOutputStream create(boolean atomicWrite) throws IOException {
    return new NewFileStream(storage.create(name).create());
  }

  @Override
  public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (lines) {
      while (lines.hasNext()) {
        content.writeBytes(lines.next().getBytes(StandardCharsets.UTF_8));
        content.write('\n');
      }
    }
    storage.write(name, content.toByteArray(), overwrite);
  }

  /** Parquet's stream as Kernel's. */
  private static final class NewFileStream extends PositionOutputStream {
    private final org.apache.parquet.io.PositionOutputStream out;

    NewFileStream(org.apache.parquet.io.PositionOutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() throws IOException {
      return out.getPos();
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
