package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Kernel writes itself: log entries, checkpoints, checksums. */
final class LocalOutputFile implements OutputFile {

  private final LocalStorage storage;
  private final Path target;

  LocalOutputFile(LocalStorage storage, Path target) {
    this.storage = storage;
    this.target = target;
  }

  @Override
  public String path() {
    return target.toString();
  }

  /**
   * Writes the file under its own name: whether all went well is for {@link CheckpointWriter} to
   * say. Closing says nothing, since it happens after a failure, too.
   */
  @Override
  public PositionOutputStream create(boolean atomicWrite) throws IOException {
    return new ForcedStream(storage.create(target).create(0));
  }

  @Override
  public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
      throws IOException {
    storage.check(target.getParent());
    DurableFile file = DurableFile.beside(target);
    try (lines;
        BufferedWriter writer = Files.newBufferedWriter(file.temporary(), StandardCharsets.UTF_8)) {
      while (lines.hasNext()) {
        writer.write(lines.next());
        writer.write('\n');
      }
    } catch (IOException | RuntimeException e) {
      file.discard(e);
      throw e;
    }
    file.publish(overwrite);
  }

  /** Parquet's stream as Kernel's. */
  private static final class ForcedStream extends PositionOutputStream {
    private final org.apache.parquet.io.PositionOutputStream out;

    ForcedStream(org.apache.parquet.io.PositionOutputStream out) {
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
