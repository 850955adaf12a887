package io.sluice.cli.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;

/** Objects of a bucket, through the file system that Flink itself uses for them. */
final class BucketFiles implements StoredFiles {

  @Override
  public boolean hasFolder(String folder) throws IOException {
    return list(folder).length > 0;
  }

  @Override
  public List<String> folders(String folder) throws IOException {
    List<String> folders = new ArrayList<>();
    for (FileStatus child : list(folder)) {
      if (child.isDir()) {
        folders.add(folder + "/" + child.getPath().getName());
      }
    }
    return folders;
  }

  @Override
  public Optional<Instant> written(String file) throws IOException {
    try {
      FileStatus status = system(file).getFileStatus(path(file));
      return status.isDir()
          ? Optional.empty()
          : Optional.of(Instant.ofEpochMilli(status.getModificationTime()));
    } catch (FileNotFoundException notThere) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<byte[]> read(String file) throws IOException {
    try (InputStream content = system(file).open(path(file))) {
      return Optional.of(content.readAllBytes());
    } catch (FileNotFoundException notThere) {
      return Optional.empty();
    }
  }

  @Override
  public Path local(String file, Path copies) throws IOException {
    Path copy = copies.resolve(UUID.randomUUID() + "-" + path(file).getName());
    try (InputStream content = system(file).open(path(file))) {
      Files.copy(content, copy);
    }
    return copy;
  }

  @Override
  public void remove(String folder) throws IOException {
    if (hasFolder(folder)) {
      system(folder).delete(path(folder), true);
    }
  }

  private static FileStatus[] list(String folder) throws IOException {
    try {
      FileStatus[] children = system(folder).listStatus(path(folder));
      return children == null ? new FileStatus[0] : children;
    } catch (FileNotFoundException notThere) {
      return new FileStatus[0];
    }
  }

  private static FileSystem system(String address) throws IOException {
    ObjectStoreAccess.requireFlink(address);
    return path(address).getFileSystem();
  }

  private static org.apache.flink.core.fs.Path path(String address) {
    return new org.apache.flink.core.fs.Path(address);
  }
}
