package io.sluice.sandbox.secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files and folders that nobody but their owner may read, whatever the umask of the process. */
public final class PrivateFiles {

  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> PASSABLE =
      EnumSet.of(PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

  private PrivateFiles() {}

  /**
   * Creates a folder that others can neither list nor enter, or takes these rights from them. A
   * folder that others may only enter, see {@link #letPass}, stays so.
   *
   * @return whether others had rights that they do not have any more
   */
  public static boolean folder(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      if (folder.getParent() != null) {
        Files.createDirectories(folder.getParent());
      }
      // Private from its first moment; the umask can only take rights away.
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
      Files.setPosixFilePermissions(folder, FOLDER);
      return false;
    }
    if (!isOpen(folder)) {
      return false;
    }
    Files.setPosixFilePermissions(folder, FOLDER);
    return true;
  }

  /** Whether there is a folder in which others have rights that {@link #folder} would take. */
  public static boolean isOpen(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return false;
    }
    Set<PosixFilePermission> found = Files.getPosixFilePermissions(folder);
    return !FOLDER.containsAll(found) && !letsPassOnly(found);
  }

  /**
   * Lets others through a folder whose content they cannot list, for a server that has to run as
   * another user and owns a folder below it.
   */
  public static void letPass(Path folder) throws IOException {
    Set<PosixFilePermission> rights = EnumSet.copyOf(FOLDER);
    rights.addAll(PASSABLE);
    Files.setPosixFilePermissions(folder, rights);
  }

  private static boolean letsPassOnly(Set<PosixFilePermission> found) {
    Set<PosixFilePermission> others = EnumSet.copyOf(found);
    others.removeAll(FOLDER);
    return others.equals(PASSABLE);
  }

  /** Takes a file from others, which another program has made in a private folder. */
  public static void close(Path file) throws IOException {
    Files.setPosixFilePermissions(file, FILE);
  }

  /** Writes a file in one step; nobody else can read it at any moment. */
  public static void write(Path file, String text) throws IOException {
    // A name of its own: several servers write the same file when they start at the same time.
    Path draft =
        Files.createTempFile(
            file.getParent(),
            file.getFileName().toString(),
            ".draft",
            PosixFilePermissions.asFileAttribute(FILE));
    close(draft);
    Files.writeString(
        draft, text, StandardCharsets.UTF_8, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
