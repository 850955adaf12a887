package io.sluice.distribution;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A .tar.gz whose bytes depend on nothing but names, contents and the given time. What is packed
 * already is stored as it is: packing it again takes ten times as long and saves a fifteenth.
 */
final class TarGz implements AutoCloseable {
  private static final Set<String> PACKED = Set.of("jar", "txz", "gz", "xz", "zip");
  private static final int FILE = 0644;
  private static final int PROGRAM = 0755;
  private static final int BUFFER = 1 << 16;

  private final Gzip gzip;
  private final TarArchiveOutputStream tar;
  private final String top;
  private final FileTime time;
  private final Set<String> folders = new HashSet<>();

  private TarGz(Gzip gzip, String top, Instant time) {
    this.gzip = gzip;
    this.tar = new TarArchiveOutputStream(gzip, StandardCharsets.UTF_8.name());
    this.top = top;
    this.time = FileTime.from(time);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  /**
   * Begins an archive.
   *
   * @param top the folder that holds all others
   * @param time of each entry
   */
  static TarGz create(Path archive, String top, Instant time) throws IOException {
    return new TarGz(
        new Gzip(new BufferedOutputStream(Files.newOutputStream(archive), BUFFER)), top, time);
  }

  /**
   * Adds a file.
   *
   * @param name below the top
   */
  void add(String name, Path file, boolean program) throws IOException {
    begin(name, Files.size(file), program ? PROGRAM : FILE);
    gzip.level(isPacked(name) ? Deflater.NO_COMPRESSION : Deflater.DEFAULT_COMPRESSION);
    Files.copy(file, tar);
    tar.closeArchiveEntry();
  }

  /** Adds a file that is nowhere else. */
  void add(String name, byte[] content) throws IOException {
    begin(name, content.length, FILE);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static boolean isPacked(String name) {
    return PACKED.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private void begin(String name, long size, int mode) throws IOException {
    String path = top + "/" + name;
    addFolders(path);
    put(new TarArchiveEntry(path), size, mode);
  }

  /** Folders come before what is in them, each once. */
  private void addFolders(String path) throws IOException {
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      String folder = path.substring(0, end + 1);
      if (folders.add(folder)) {
        put(new TarArchiveEntry(folder), 0, PROGRAM);
        tar.closeArchiveEntry();
      }
    }
  }

  /** Without the names of the user who builds. */
  private void put(TarArchiveEntry entry, long size, int mode) throws IOException {
    entry.setSize(size);
    entry.setMode(mode);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setLastModifiedTime(time);
    tar.putArchiveEntry(entry);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  /** Its effort can change between two writes. */
  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out) throws IOException {
      super(out, BUFFER);
    }

    void level(int level) {
      def.setLevel(level);
    }
  }
}
