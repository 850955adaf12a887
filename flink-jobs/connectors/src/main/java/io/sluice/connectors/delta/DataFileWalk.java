package io.sluice.connectors.delta;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Finds the data files, deletion vectors and {@link MovesFile}s below a table. Links are not
 * followed, hidden names are passed over as all Delta tools do ({@code _delta_log} is one), and so
 * is whatever else somebody put there.
 */
final class DataFileWalk extends SimpleFileVisitor<Path> {

  /** Is shown every file that is one. */
  @FunctionalInterface
  interface Visitor {
    void file(Path file, BasicFileAttributes attributes) throws IOException;
  }

  private final Path table;
  private final List<String> partitionColumns;
  private final Visitor visitor;

  private DataFileWalk(Path table, List<String> partitionColumns, Visitor visitor) {
    this.table = table;
    this.partitionColumns = partitionColumns;
    this.visitor = visitor;
  }

  static void walk(Path table, List<String> partitionColumns, Visitor visitor) throws IOException {
    Files.walkFileTree(table, new DataFileWalk(table, partitionColumns, visitor));
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    return directory.equals(table) || !hidden(directory) || partition(directory) || moves(directory)
        ? FileVisitResult.CONTINUE
        : FileVisitResult.SKIP_SUBTREE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isRegularFile() && !hidden(file) && isData(file.getFileName().toString())) {
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

  private boolean moves(Path directory) {
    return directory.equals(table.resolve(MovesFile.FOLDER));
  }

  private static boolean isData(String name) {
    return name.endsWith(".parquet")
        || name.endsWith(MovesFile.SUFFIX)
        || (name.startsWith("deletion_vector_") && name.endsWith(".bin"));
  }
}
