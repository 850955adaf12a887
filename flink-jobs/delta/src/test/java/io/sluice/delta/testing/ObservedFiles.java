package io.sluice.delta.testing;

import io.sluice.delta.fault.LimitedChannel;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/**
 * The local file system, which tells of every change before it is made. A process that is started
 * with {@code -Djava.nio.file.spi.DefaultFileSystemProvider} of this name can so stop at any point
 * of what it writes.
 */
public final class ObservedFiles extends FileSystemProvider {

  /** Is told of changes as "create", "link", "move" or "delete" and the path. */
  public static volatile Consumer<String> observer = change -> {};

  /** Names of log directories that were read from a listing. */
  public static final AtomicLong LISTED = new AtomicLong();

  /** Files of log directories that were looked at or opened by name. */
  public static final AtomicLong LOOKED_AT = new AtomicLong();

  /** Makes changes fail; null for a disk on which none does. */
  public static volatile FullDisk full;

  private final FileSystemProvider local;
  private final FileSystem system;

  /** For the virtual machine. */
  public ObservedFiles(FileSystemProvider local) {
    this.local = local;
    system = new Observed(local.getFileSystem(URI.create("file:///")));
  }

  private static void change(String operation, Path path) throws IOException {
    observer.accept(operation + " " + path);
    FullDisk disk = full;
    if (disk != null) {
      disk.change(operation, path.toString());
    }
  }

  private static void lookAt(Path path) {
    if (isLog(path.getParent())) {
      LOOKED_AT.incrementAndGet();
    }
  }

  private static boolean isLog(Path directory) {
    return directory != null && directory.toString().endsWith("/_delta_log");
  }

  private static FileChannel limited(FileChannel channel, Path path) {
    FullDisk disk = full;
    return disk == null ? channel : new LimitedChannel(channel, path.toString(), disk);
  }

  private Path wrap(Path path) {
    return path == null
        ? null
        : (Path)
            Proxy.newProxyInstance(
                ObservedFiles.class.getClassLoader(),
                new Class<?>[] {Path.class, Wrapper.class},
                (proxy, method, arguments) -> {
                  switch (method.getName()) {
                    case "local":
                      return path;
                    case "getFileSystem":
                      return system;
                    case "toFile":
                      return new File(path.toString());
                    default:
                      break;
                  }
                  try {
                    Object result = method.invoke(path, unwrapped(arguments));
                    return result instanceof Path found
                        ? wrap(found)
                        : result instanceof Iterator<?> found ? wrapped(found) : result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  private Iterator<Path> wrapped(Iterator<?> paths) {
    Iterable<?> all = () -> (Iterator<Object>) paths;
    return StreamSupport.stream(all.spliterator(), false).map(path -> wrap((Path) path)).iterator();
  }

  private static Object[] unwrapped(Object[] arguments) {
    Object[] unwrapped = arguments == null ? new Object[0] : arguments.clone();
    for (int i = 0; i < unwrapped.length; i++) {
      unwrapped[i] = unwrapped[i] instanceof Path path ? unwrap(path) : unwrapped[i];
    }
    return unwrapped;
  }

  private static Path unwrap(Path path) {
    return path instanceof Wrapper wrapper ? wrapper.local() : path;
  }

  /** A path of this file system. */
  public interface Wrapper {
    /** The path that it stands for. */
    Path local();
  }

  private static void opens(Path path, Set<? extends OpenOption> options) throws IOException {
    lookAt(path);
    if (options.contains(StandardOpenOption.WRITE)) {
      change("create", path);
    }
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    opens(path, options);
    SeekableByteChannel channel = local.newByteChannel(unwrap(path), options, attributes);
    return channel instanceof FileChannel file ? limited(file, path) : channel;
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    opens(path, options);
    return limited(local.newFileChannel(unwrap(path), options, attributes), path);
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    change("create", path);
    local.createDirectory(unwrap(path), attributes);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    change("link", link);
    local.createLink(unwrap(link), unwrap(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    change("delete", path);
    local.delete(unwrap(path));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    change("move", target);
    local.move(unwrap(source), unwrap(target), options);
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    change("create", target);
    local.copy(unwrap(source), unwrap(target), options);
  }

  private static Iterator<Path> counted(Iterator<Path> names) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return names.hasNext();
      }

      @Override
      public Path next() {
        LISTED.incrementAndGet();
        return names.next();
      }
    };
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DirectoryStream<Path> found =
        local.newDirectoryStream(unwrap(path), entry -> filter.accept(wrap(entry)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        Iterator<Path> names = wrapped(found.iterator());
        return isLog(path) ? counted(names) : names;
      }

      @Override
      public void close() throws IOException {
        found.close();
      }
    };
  }

  @Override
  public String getScheme() {
    return local.getScheme();
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) throws IOException {
    return local.newFileSystem(uri, environment);
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    return wrap(local.getPath(uri));
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return local.isSameFile(unwrap(one), unwrap(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return local.isHidden(unwrap(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return local.getFileStore(unwrap(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    lookAt(path);
    local.checkAccess(unwrap(path), modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return local.getFileAttributeView(unwrap(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    lookAt(path);
    return local.readAttributes(unwrap(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    return local.readAttributes(unwrap(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    local.setAttribute(unwrap(path), name, value, options);
  }

  private final class Observed extends FileSystem {
    private final FileSystem files;

    Observed(FileSystem files) {
      this.files = files;
    }

    @Override
    public FileSystemProvider provider() {
      return ObservedFiles.this;
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException("The default file system stays open");
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return files.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return () -> wrapped(files.getRootDirectories().iterator());
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return files.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return files.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
      return wrap(files.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      PathMatcher matcher = files.getPathMatcher(pattern);
      return path -> matcher.matches(unwrap(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return files.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() throws IOException {
      return files.newWatchService();
    }
  }
}
