package io.sluice.cli.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Files of this machine. */
final class DiskFiles implements StoredFiles {

  @Override
  public boolean hasFolder(String folder) {
    return Files.exists(Path.of(folder));
  }

  @Override
  public List<String> folders(String folder) throws IOException {
    if (!Files.isDirectory(Path.of(folder))) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(Path.of(folder))) {
      return children.filter(Files::isDirectory).map(Path::toString).toList();
    }
  }

  @Override
  public Optional<Instant> written(String file) throws IOException {
    Path path = Path.of(file);
    return Files.isRegularFile(path)
        ? Optional.of(Files.getLastModifiedTime(path).toInstant())
        : Optional.empty();
  }

  @Override
  public Optional<byte[]> read(String file) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(Path.of(file)));
    } catch (NoSuchFileException notThere) {
      return Optional.empty();
    }
  }

  @Override
  public Path local(String file, Path copies) {
    return Path.of(file);
  }

  @Override
  public void remove(String folder) throws IOException {
    Trees.remove(Path.of(folder));
  }
}
