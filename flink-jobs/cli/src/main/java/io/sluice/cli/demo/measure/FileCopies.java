package io.sluice.cli.demo.measure;

import io.sluice.cli.storage.StoredFiles;
import io.sluice.cli.storage.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files on this machine; those of a bucket are copies, which are gone after {@link #close}. */
final class FileCopies implements AutoCloseable {
  private Path folder;

  Path local(String file) throws IOException {
    if (folder == null) {
      folder = Files.createTempDirectory("sluice-demo");
    }
    return StoredFiles.of(file).local(file, folder);
  }

  @Override
  public void close() throws IOException {
    if (folder != null) {
      Trees.remove(folder);
    }
  }
}
