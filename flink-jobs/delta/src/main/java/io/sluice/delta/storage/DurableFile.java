package io.sluice.delta.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A file that appears under its name at once and whole, or not at all, even when two processes want
 * the same name: it is written under a hidden name, forced to disk, then linked to its name, which
 * fails if that exists.
 */
record DurableFile(Path temporary, Path target) {

  private static final Pattern TEMPORARY =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  static DurableFile beside(Path target) {
    String name = "." + target.getFileName() + "." + UUID.randomUUID() + ".tmp";
    return new DurableFile(target.resolveSibling(name), target);
  }

  /**
   * Makes the file appear.
   *
   * @param overwrite replace what bears the name
   * @throws FileAlreadyExistsException if the name is taken and {@code overwrite} is false
   */
  void publish(boolean overwrite) throws IOException {
    try {
      force(temporary);
      if (overwrite) {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.createLink(target, temporary);
      }
      force(target.getParent());
    } catch (IOException e) {
      discard(e);
      throw e;
    }
    Files.deleteIfExists(temporary);
  }

  /**
   * Makes a file of some bytes appear.
   *
   * @param overwrite see {@link #publish}
   */
  static void write(Path target, byte[] content, boolean overwrite) throws IOException {
    DurableFile file = beside(target);
    try {
      Files.write(file.temporary(), content);
    } catch (IOException e) {
      file.discard(e);
      throw e;
    }
    file.publish(overwrite);
  }

  /** Whether a name is that of a file on its way, or of one that a failure has left. */
  static boolean isTemporary(Path file) {
    return TEMPORARY.matcher(file.getFileName().toString()).matches();
  }

  /** Removes the temporary file after a failure; a second failure joins the first. */
  void discard(Exception failure) {
    discard(temporary, failure);
  }

  private static void discard(Path file, Exception failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Creates a directory and those above it that are missing; their names are on disk, too. */
  static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    createDirectories(parent);
    Files.createDirectories(directory);
    force(parent);
  }

  /** fsync of a file or a directory. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
