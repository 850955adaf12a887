package io.sluice.delta.storage;

import io.sluice.delta.s3.FileUpload;
import io.sluice.delta.s3.S3Access;
import io.sluice.delta.s3.S3Address;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * A file of an object store that is written in a local temporary folder, which only this user can
 * read.
 */
record S3Staged(FileUpload upload, Path folder, String name) implements StagedFile {

  static S3Staged of(S3Access access, S3Address table, S3Address target) throws IOException {
    String name = target.key().substring(target.key().lastIndexOf('/') + 1);
    return new S3Staged(
        new FileUpload(access, table, target), Files.createTempDirectory("sluice-staged-"), name);
  }

  @Override
  public LocalStorage storage() {
    return LocalStorage.of(folder);
  }

  @Override
  public void publish(boolean overwrite) throws IOException {
    try (FileChannel staged = FileChannel.open(folder.resolve(name), StandardOpenOption.READ)) {
      upload.run(staged, overwrite);
    } catch (IOException | RuntimeException e) {
      discard(e);
      throw e;
    }
    remove();
  }

  private void remove() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }

  @Override
  public void discard(Exception failure) {
    try {
      if (Files.exists(folder)) {
        remove();
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
