package io.sluice.connectors.delta;

import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Kernel writes itself: log entries, checkpoints, checksums. */
final class LocalOutputFile implements OutputFile {

  private final Path target;

  LocalOutputFile(Path target) {
    this.target = target;
  }

  @Override
  public String path() {
    return target.toString();
  }

  @Override
  public PositionOutputStream create(boolean atomicWrite) throws IOException {
    DurableFile file = DurableFile.beside(target);
    OutputStream out = Files.newOutputStream(file.temporary());
    return new CountingStream(out) {
      private boolean closed;

      @Override
      public void close() throws IOException {
        if (closed) {
          return;
        }
        closed = true;
        try {
          super.close();
        } catch (IOException e) {
          file.discard(e);
          throw e;
        }
        file.publish(!atomicWrite);
      }
    };
  }

  @Override
  public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
      throws IOException {
    DurableFile file = DurableFile.beside(target);
    try (lines;
        BufferedWriter writer = Files.newBufferedWriter(file.temporary(), StandardCharsets.UTF_8)) {
      while (lines.hasNext()) {
        writer.write(lines.next());
        writer.write('\n');
      }
    } catch (IOException e) {
      file.discard(e);
      throw e;
    }
    file.publish(overwrite);
  }

  private static class CountingStream extends PositionOutputStream {
    private final OutputStream out;
    private long position;

    CountingStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
