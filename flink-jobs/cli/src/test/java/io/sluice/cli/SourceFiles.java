package io.sluice.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The files of the repository, without what builds and homes hold. */
final class SourceFiles extends SimpleFileVisitor<Path> {
  private final Path root;
  private final String ending;
  private final List<Path> found = new ArrayList<>();

  private SourceFiles(Path root, String ending) {
    this.root = root;
    this.ending = ending;
  }

  /** Those whose names end so, relative to the root and sorted. */
  static List<Path> in(Path root, String ending) throws IOException {
    SourceFiles files = new SourceFiles(root, ending);
    Files.walkFileTree(root, files);
    return files.found.stream().sorted().toList();
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    String name = folder.getFileName().toString();
    boolean hidden = name.startsWith(".") && !folder.equals(root);
    return hidden || name.equals("target")
        ? FileVisitResult.SKIP_SUBTREE
        : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (file.toString().endsWith(ending)) {
      found.add(root.relativize(file));
    }
    return FileVisitResult.CONTINUE;
  }
}
