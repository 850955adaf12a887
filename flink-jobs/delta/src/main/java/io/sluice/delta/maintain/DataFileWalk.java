package io.sluice.delta.maintain;

import io.sluice.delta.live.LearnedFiles;
import io.sluice.delta.live.MovesFile;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.storage.DurableFile;
import io.sluice.delta.storage.LocalStorage;
import io.sluice.delta.storage.OpenReads;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the data files, deletion vectors, {@link MovesFile}s and temporary files below a table.
 * Links are not followed. Other hidden names are passed over as all Delta tools do ({@code
 * _delta_log} is one), and so is whatever else somebody put there.
 */
final class DataFileWalk extends SimpleFileVisitor<Path> {

  /** Is shown every file that is one. */
  @FunctionalInterface
  interface Visitor {
    void file(Path file, BasicFileAttributes attributes) throws IOException;
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(DataFileWalk.class);

  /** Hidden folders that may hold what a failure has left. */
  private static final Set<String> OWN_FOLDERS =
      Set.of(MovesFile.FOLDER, OpenReads.FOLDER, NewColumns.CLAIMS_FOLDER, LearnedFiles.FOLDER);

  private final Path table;
  private final List<String> partitionColumns;
  private final Visitor visitor;

  private DataFileWalk(Path table, List<String> partitionColumns, Visitor visitor) {
    this.table = table;
    this.partitionColumns = partitionColumns;
    this.visitor = visitor;
  }

  static void walk(Path table, List<String> partitionColumns, Visitor visitor) throws IOException {
    LocalStorage storage = new LocalStorage(table);
    storage.walk(new DataFileWalk(table, partitionColumns, visitor));
    // A log has very many entries: only what a failure has left there is looked at.
    try (Stream<Path> log = storage.list(storage.log())) {
      for (Path file : (Iterable<Path>) log.filter(DurableFile::isTemporary)::iterator) {
        visitTemporary(storage, file, visitor);
      }
    }
  }

  private static void visitTemporary(LocalStorage storage, Path file, Visitor visitor)
      throws IOException {
    try {
      visitor.file(file, storage.attributesIn(file));
    } catch (NoSuchFileException published) {
      LOGGER.debug("A writer has published or removed {}", file, published);
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    return directory.equals(table)
            || !hidden(directory)
            || partition(directory)
            || OWN_FOLDERS.contains(table.relativize(directory).toString())
        ? FileVisitResult.CONTINUE
        : FileVisitResult.SKIP_SUBTREE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isRegularFile()
        && (DurableFile.isTemporary(file) || !hidden(file) && isData(table.relativize(file)))) {
      visitor.file(file, attributes);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
    if (failure instanceof NoSuchFileException) {
      // A writer gave it up a moment ago.
      return FileVisitResult.CONTINUE;
    }
    throw failure;
  }

  private static boolean hidden(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith("_") || name.startsWith(".");
  }

  /** The name of a partition column may begin with an underscore. */
  private boolean partition(Path directory) {
    String name = directory.getFileName().toString();
    return partitionColumns.stream().anyMatch(column -> name.startsWith(column + "="));
  }

  /** What lies in the log, or in a folder beside it, is no data unless it is a file of moves. */
  private static boolean isData(Path file) {
    String name = file.getFileName().toString();
    boolean ours = OWN_FOLDERS.contains(String.valueOf(file.getParent()));
    return name.endsWith(MovesFile.SUFFIX)
        || !ours
            && (name.endsWith(".parquet")
                || (name.startsWith("deletion_vector_") && name.endsWith(".bin")));
  }
}
