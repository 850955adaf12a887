package io.sluice.sandbox.ha;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.flink.util.InstantiationUtil;

/**
 * File operations that survive a killed process and a lost power supply: a reader sees the former
 * content or the new one, never a part, and what was reported as written is on the disk.
 */
final class DurableFiles {

  /** Between a serialized object and the CRC-32C of its bytes. */
  private static final byte[] SEAL = "sluice-1".getBytes(StandardCharsets.US_ASCII);

  private static final int TRAILER = SEAL.length + Integer.BYTES;

  private DurableFiles() {}

  /** An object as {@link #readObject} takes it, with a checksum. */
  static byte[] sealed(Serializable object) throws IOException {
    byte[] content = InstantiationUtil.serializeObject(object);
    return ByteBuffer.allocate(content.length + TRAILER)
        .put(content)
        .put(SEAL)
        .putInt(checksum(content, content.length))
        .array();
  }

  /**
   * Writes a file in one step: hidden temporary file, fsync, rename, fsync of the directory. Two
   * threads must not publish the same path at once.
   */
  static void publish(Path target, byte[] content) throws IOException {
    createDirectories(target.getParent());
    // A left-over of a killed process is overwritten, so these never pile up.
    Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
    // A stream and not a channel: an interrupt would close the channel under our hands.
    try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
      out.write(content);
      out.getFD().sync();
    }
    rename(temporary, target);
  }

  /** Renames a file within its directory; what had the new name is replaced. */
  static void rename(Path source, Path target) throws IOException {
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    sync(target.getParent());
  }

  /** Deletes a file if it is there, for good. */
  static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      sync(file.getParent());
    }
  }

  /** Deletes a directory with all that is in it, or nothing if it is not there. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
    sync(root.getParent());
  }

  /** The names of the published files of a directory in ascending order. */
  static List<String> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (NoSuchFileException notYetCreated) {
      return new ArrayList<>();
    }
  }

  /**
   * Reads an object that was published as {@link #sealed}.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws IOException naming the file if its content cannot be read back
   */
  static <T> T readObject(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return unsealed(bytes);
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      throw new IOException(
          ("The high-availability entry %s (%d bytes) cannot be read: %s. It was damaged on disk or"
                  + " written by another Flink version. Restore it from a copy, or move it away to"
                  + " go on without it.")
              .formatted(file, bytes.length, e),
          e);
    }
  }

  /** The object of {@link #sealed} bytes, whose checksum must be right. */
  static <T> T unsealed(byte[] bytes) throws IOException, ClassNotFoundException {
    return InstantiationUtil.deserializeObject(
        Arrays.copyOf(bytes, verifiedLength(bytes)),
        Thread.currentThread().getContextClassLoader());
  }

  /** The length of the serialized object; entries of an earlier version have no checksum. */
  private static int verifiedLength(byte[] bytes) throws IOException {
    int length = bytes.length - TRAILER;
    if (length < 0 || !Arrays.equals(bytes, length, length + SEAL.length, SEAL, 0, SEAL.length)) {
      return bytes.length;
    }
    if (ByteBuffer.wrap(bytes).getInt(length + SEAL.length) != checksum(bytes, length)) {
      throw new IOException("its checksum is wrong");
    }
    return length;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  /** Creates a directory and its missing parents, each of them durable. */
  static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    createDirectories(directory.toAbsolutePath().getParent());
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    sync(directory.toAbsolutePath().getParent());
  }

  /** Makes the entries of a directory durable. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
