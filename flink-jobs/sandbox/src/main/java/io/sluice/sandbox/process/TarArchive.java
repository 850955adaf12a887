package io.sluice.sandbox.process;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks an archive of a server into a folder and nowhere else: neither an entry's name nor a link
 * leads out of it, and only files, folders and links are made.
 */
public final class TarArchive {

  /** The largest server unpacks to a twentieth of it. */
  public static final long MOST_BYTES = 2L << 30;

  private static final int EXECUTABLE = 0100;

  private final Path archive;
  private final Path folder;
  private final List<Path> links = new ArrayList<>();
  private final long mostBytes;
  private long left;

  /**
   * @param archive a {@code .tar.xz}
   * @param folder exists, and nobody else writes to it
   * @param mostBytes that its files may have in all, {@link #MOST_BYTES} for a server
   */
  public TarArchive(Path archive, Path folder, long mostBytes) throws IOException {
    this.archive = archive;
    this.folder = folder.toRealPath();
    this.mostBytes = mostBytes;
    left = mostBytes;
  }

  /**
   * Unpacks everything.
   *
   * @throws IOException if an entry or a link leads out of the folder, is neither file, folder nor
   *     link, or all of them are larger than a server is; what was unpacked until then stays
   */
  public void unpack() throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        write(entry, tar);
      }
    }
    for (Path link : links) {
      // Only now it is known through which other links it leads.
      if (Files.exists(link) && !link.toRealPath().startsWith(folder)) {
        throw leaves(folder.relativize(link).toString(), Files.readSymbolicLink(link).toString());
      }
    }
  }

  private void write(TarArchiveEntry entry, InputStream content) throws IOException {
    Path target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw leaves(entry.getName(), target.toString());
    }
    if (target.equals(folder)) {
      return;
    }
    createParent(entry, target);
    if (entry.isDirectory()) {
      Files.createDirectories(target);
    } else if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, inside(entry, target.getParent()));
      links.add(target);
    } else if (entry.isLink()) {
      Path linked = folder.resolve(inside(entry, folder));
      Files.copy(linked.toRealPath(), target);
      copyRights(entry, target);
    } else if (!isDevice(entry)) {
      copy(content, target);
      copyRights(entry, target);
    } else {
      throw new IOException(
          "The archive %s holds '%s', which is neither a file, a folder nor a link. It is no archive of a server; build again from a clean checkout"
              .formatted(archive, entry.getName()));
    }
  }

  private static boolean isDevice(TarArchiveEntry entry) {
    return entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
  }

  /** An earlier entry may have made a link of a parent, or of the name itself. */
  private void createParent(TarArchiveEntry entry, Path target) throws IOException {
    Path existing = target;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    if (!existing.toRealPath().startsWith(folder)) {
      throw leaves(entry.getName(), existing.toRealPath().toString());
    }
    Files.createDirectories(target.getParent());
  }

  private Path inside(TarArchiveEntry entry, Path from) throws IOException {
    Path link = Path.of(entry.getLinkName());
    if (link.isAbsolute() || !from.resolve(link).normalize().startsWith(folder)) {
      throw leaves(entry.getName(), entry.getLinkName());
    }
    return link;
  }

  private void copy(InputStream content, Path target) throws IOException {
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      byte[] piece = new byte[1 << 16];
      for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
        left -= read;
        if (left < 0) {
          throw new IOException(
              "The archive %s unpacks to more than %d bytes, which no server does. Build again from a clean checkout"
                  .formatted(archive, mostBytes));
        }
        out.write(piece, 0, read);
      }
    }
  }

  private static void copyRights(TarArchiveEntry entry, Path target) throws IOException {
    if ((entry.getMode() & EXECUTABLE) != 0 && !target.toFile().setExecutable(true, false)) {
      throw new IOException(target + " cannot be made executable");
    }
  }

  private IOException leaves(String name, String target) {
    return new IOException(
        "The archive %s holds '%s', which leads out of the folder that it is unpacked to, to %s. It is no archive of a server; build again from a clean checkout"
            .formatted(archive, name, target));
  }
}
