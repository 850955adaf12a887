package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/**
 * The files of one table on a local file system. A table may come from a stranger: no link that
 * leads out of the table is followed, and no pipe, socket or device is opened. Links that stay
 * inside are followed, and the table itself may be behind one.
 *
 * <p>Costs one system call per name between the table and the file, and more for links only. A link
 * that is put there between the check and the access is not noticed: whoever can do that while a
 * job runs may write the table anyway.
 *
 * @param root an absolute, normalised path
 */
@Internal
public record LocalStorage(Path root) implements TableStorage {

  private static final String SCHEME = "file:";

  /** The storage of a table on this machine. */
  public static LocalStorage of(Path table) {
    return new LocalStorage(table.toAbsolutePath().normalize());
  }

  @Override
  public String table() {
    return root.toString();
  }

  @Override
  public String uri(String name) {
    return SCHEME + path(name);
  }

  @Override
  public String name(String uri) throws OutsideTableException {
    String path = uri.startsWith(SCHEME) ? uri.substring(SCHEME.length()) : uri;
    Path file = pathOf(path).normalize();
    if (!file.startsWith(root)) {
      throw outside(path);
    }
    return root.relativize(file).toString();
  }

  @Override
  public Optional<String> find(String uri) throws IOException {
    String path = uri.startsWith(SCHEME) ? uri.substring(SCHEME.length()) : uri;
    Path file = pathOf(path).normalize();
    if (file.startsWith(root)) {
      return Optional.of(nameOf(file));
    }
    if (!file.isAbsolute() || !Files.exists(file)) {
      return Optional.empty();
    }
    Path real = file.toRealPath();
    Path realRoot = root.toRealPath();
    return real.startsWith(realRoot)
        ? Optional.of(realRoot.relativize(real).toString())
        : Optional.empty();
  }

  /** Where a file is by its name; nothing is looked at. */
  public Path resolve(String name) throws OutsideTableException {
    Path file = root.resolve(pathOf(name));
    if (!file.startsWith(root) || !file.equals(file.normalize())) {
      throw outside(name);
    }
    return file;
  }

  private Path pathOf(String path) throws OutsideTableException {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      OutsideTableException failure = outside(path);
      failure.initCause(e);
      throw failure;
    }
  }

  private OutsideTableException outside(String path) {
    return new OutsideTableException(
        "'%s' lies outside the table %s. It is neither read nor changed: the table may be forged"
            .formatted(path, root));
  }

  private String nameOf(Path file) {
    return root.relativize(file).toString();
  }

  /** The file, if no name of it is a link that leaves the table. It need not exist. */
  Path check(String name) throws IOException {
    Path path = resolve(name);
    if (path.equals(root)) {
      return path;
    }
    for (int names = root.getNameCount() + 1; names <= path.getNameCount(); names++) {
      Path part =
          names == path.getNameCount() ? path : path.getRoot().resolve(path.subpath(0, names));
      Optional<BasicFileAttributes> found = attributesOf(part, LinkOption.NOFOLLOW_LINKS);
      if (found.isEmpty()) {
        return path;
      }
      if (found.get().isSymbolicLink()) {
        checkLink(part);
        found = attributesOf(part);
      }
      if (found.isPresent() && found.get().isOther()) {
        throw new OutsideTableException(
            "'%s' of table %s is a pipe, socket or device, which no table has. It is not opened, as reading it may never end; remove it"
                .formatted(nameOf(part), root));
      }
    }
    return path;
  }

  /** The file, whose folder was checked; a link of its own name may lead anywhere. */
  private Path checkFolder(String name) throws IOException {
    check(folderOf(name));
    return resolve(name);
  }

  private static String folderOf(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  /** Empty if there is nothing of this name. */
  private static Optional<BasicFileAttributes> attributesOf(Path path, LinkOption... options)
      throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, options));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  private void checkLink(Path link) throws IOException {
    Path target;
    try {
      target = link.toRealPath();
    } catch (NoSuchFileException dangling) {
      // What it leads to may come; nothing is made there.
      target = link.resolveSibling(Files.readSymbolicLink(link)).toAbsolutePath().normalize();
    }
    if (!target.startsWith(root.toRealPath())) {
      throw new OutsideTableException(
          "'%s' of table %s is a link that leads to %s, which lies outside the table. Such links are not followed, so nothing is read, written or removed there; remove the link"
              .formatted(nameOf(link), root, target));
    }
  }

  @Override
  public boolean exists(String name) throws OutsideTableException {
    return Files.exists(resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public boolean isFolder(String name) throws IOException {
    return Files.isDirectory(check(name));
  }

  @Override
  public StoredFile status(String name) throws IOException {
    checkFolder(name);
    return statusIn(name);
  }

  /** Of a file whose folder was checked before. */
  StoredFile statusIn(String name) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return stored(
        name,
        found.isSymbolicLink()
            ? Files.readAttributes(check(name), BasicFileAttributes.class)
            : found);
  }

  private static StoredFile stored(String name, BasicFileAttributes attributes) {
    return new StoredFile(name, attributes.size(), attributes.lastModifiedTime().toMillis());
  }

  @Override
  public boolean isUnchanged(StoredFile seen) throws IOException {
    try {
      return status(seen.name()).equals(seen);
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  @Override
  public InputStream open(String name) throws IOException {
    return Files.newInputStream(check(name));
  }

  @Override
  public SeekableInputStream seekable(String name, long length) throws IOException {
    return new LocalReader(FileChannel.open(check(name), StandardOpenOption.READ));
  }

  @Override
  public Path onDisk(String name, Path copies) throws IOException {
    return check(name);
  }

  @Override
  public List<String> names(String folder, String first) throws IOException {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    try (Stream<Path> entries = Files.list(check(folder))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.compareTo(first) >= 0)
          .sorted()
          .map(name -> prefix + name)
          .toList();
    }
  }

  @Override
  public Iterator<StoredFile> files(String folder, String first) throws IOException {
    return folder.equals(LOG)
        ? LocalLog.files(this, first)
        : statuses(names(folder, first)).iterator();
  }

  /** A file may vanish between listing and looking at it: temporary files and log clean-up. */
  Stream<StoredFile> statuses(List<String> names) {
    // One by one: whoever looks for old entries stops at the first that is not.
    return names.stream().map(this::ifPresent).flatMap(Optional::stream);
  }

  private Optional<StoredFile> ifPresent(String name) {
    try {
      return Optional.of(LogNames.isChecksum(name) ? LocalLog.nameOnly(name) : statusIn(name));
    } catch (NoSuchFileException vanished) {
      if (Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        throw new UncheckedIOException(vanished);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> folders(String folder) throws IOException {
    Path parent = resolve(folder);
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public void walk(Predicate<String> folders, Visitor visitor) throws IOException {
    Files.walkFileTree(root, new Walk(folders, visitor));
    // A log has very many entries: only what a failure has left there is looked at.
    try (Stream<Path> log = Files.list(check(LOG))) {
      for (Path file : (Iterable<Path>) log.filter(DurableFile::isTemporary)::iterator) {
        visitTemporary(file, visitor);
      }
    }
  }

  private void visitTemporary(Path file, Visitor visitor) throws IOException {
    try {
      StoredFile found = statusIn(nameOf(file));
      visitor.unfinished(found, () -> delete(found.name()));
    } catch (NoSuchFileException published) {
      // A writer has published or removed it.
      return;
    }
  }

  private final class Walk extends SimpleFileVisitor<Path> {
    private final Predicate<String> folders;
    private final Visitor visitor;

    Walk(Predicate<String> folders, Visitor visitor) {
      this.folders = folders;
      this.visitor = visitor;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      String name = nameOf(directory);
      return directory.equals(root) || !name.equals(LOG) && folders.test(name)
          ? FileVisitResult.CONTINUE
          : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!attributes.isRegularFile()) {
        return FileVisitResult.CONTINUE;
      }
      StoredFile found = stored(nameOf(file), attributes);
      if (DurableFile.isTemporary(file)) {
        visitor.unfinished(found, () -> delete(found.name()));
      } else {
        visitor.file(found);
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
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(checkFolder(name));
  }

  @Override
  public NewFile create(String name) throws IOException {
    return new ForcedFile(name, withFolder(name));
  }

  @Override
  public void write(String name, byte[] content, boolean overwrite) throws IOException {
    DurableFile.write(withFolder(name), content, overwrite);
  }

  /** The file, whose folder is there. */
  private Path withFolder(String name) throws IOException {
    Path file = checkFolder(name);
    DurableFile.createDirectories(file.getParent());
    return file;
  }

  @Override
  public StagedFile stage(String name) throws IOException {
    DurableFile file = DurableFile.beside(withFolder(name));
    String staged = nameOf(file.temporary());
    return new StagedFile() {
      @Override
      public LocalStorage storage() {
        return LocalStorage.this;
      }

      @Override
      public String name() {
        return staged;
      }

      @Override
      public void publish(boolean overwrite) throws IOException {
        file.publish(overwrite);
      }

      @Override
      public void discard(Exception failure) {
        file.discard(failure);
      }
    };
  }

  @Override
  public void sign(String name, byte[] content, Clock clock) throws IOException {
    if (!exists(name)) {
      write(name, content, true);
    }
    touch(name, clock.instant());
  }

  /** Sets the time at which a file was changed. */
  public void touch(String name, Instant time) throws IOException {
    Files.setLastModifiedTime(check(name), FileTime.from(time));
  }

  @Override
  public LocalStorage real() throws IOException {
    return Files.exists(root) ? new LocalStorage(root.toRealPath()) : this;
  }

  @Override
  public String realName(String name) throws IOException {
    Path file = resolve(name);
    if (!Files.exists(file)) {
      return name;
    }
    Path real = file.toRealPath();
    return real.startsWith(root) ? nameOf(real) : name;
  }

  @Override
  public String toString() {
    return table();
  }
}
