package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.sluice.delta.s3.S3Access;
import io.sluice.delta.s3.S3Address;
import io.sluice.delta.s3.S3Buffer;
import io.sluice.delta.s3.S3Content;
import io.sluice.delta.s3.S3Object;
import io.sluice.delta.s3.S3Piece;
import io.sluice.delta.s3.S3Reader;
import io.sluice.delta.s3.S3Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;

/**
 * The files of one table in an object store. A file is an object: it appears at once and whole, and
 * a folder is what its names have in front of a slash, so that there is none without files. There
 * are no links. A name that must be free is put with {@code If-None-Match: *}, which of several
 * writers one wins.
 *
 * @param address where the table lies
 */
@Internal
public record S3Storage(S3Access access, S3Address address) implements TableStorage {

  private static final Pattern ENTRY = Pattern.compile(LOG + "/\\d{20}\\.json");
  private static final int MOST_KEY_BYTES = 1024;

  /** Whether an address is one of an object store, be it a valid one or not. */
  static boolean isAddress(String address) {
    return S3Address.isOne(address);
  }

  /**
   * The table of an address, reached as the environment says.
   *
   * @param address {@code s3://bucket/key}
   * @throws IllegalArgumentException if the address or the environment is not valid
   */
  public static S3Storage of(String address) {
    S3Address table = S3Address.ofTable(address);
    return new S3Storage(S3Access.shared(S3Settings.ofProcess()), table);
  }

  @Override
  public String table() {
    return address.toString();
  }

  @Override
  public String uri(String name) {
    return path(name);
  }

  @Override
  public String name(String uri) throws OutsideTableException {
    String table = table();
    if (uri.equals(table) || uri.equals(table + "/")) {
      return "";
    }
    if (!uri.startsWith(table + "/")) {
      throw new OutsideTableException(
          "'%s' lies outside the table %s. It is neither read nor changed: the table may be forged"
              .formatted(uri, table));
    }
    String name = uri.substring(table.length() + 1);
    check(name);
    return name;
  }

  @Override
  public Optional<String> find(String uri) {
    // Spark's and Hadoop's names of the same store.
    String path = uri.replaceFirst("^s3[an]:", "s3:");
    if (!path.startsWith("s3://")) {
      return Optional.empty();
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.substring("s3://".length()).split("/")) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    String found = "s3://" + String.join("/", parts);
    return found.startsWith(table() + "/")
        ? Optional.of(found.substring(table().length() + 1))
        : Optional.empty();
  }

  private void check(String name) throws OutsideTableException {
    if (!S3Address.isName(name)) {
      throw new OutsideTableException(
          "'%s' is no name of a file of the table %s: it has an empty part, '.' or '..'. It is neither read nor changed: the table may be forged"
              .formatted(name, table()));
    }
    if ((address.key() + "/" + name).getBytes(StandardCharsets.UTF_8).length > MOST_KEY_BYTES) {
      throw new OutsideTableException(
          "'%s' is no name of a file of the table %s: with the table's key it has more than %d bytes, which no object store takes"
              .formatted(name, table(), MOST_KEY_BYTES));
    }
  }

  /** Where a file lies. */
  S3Address at(String name) throws OutsideTableException {
    check(name);
    return address.child(name);
  }

  /** What the keys of everything in a folder begin with. */
  S3Address in(String folder) throws OutsideTableException {
    S3Address found = folder.isEmpty() ? address : at(folder);
    return new S3Address(found.bucket(), found.key() + "/");
  }

  /** An object as a file of this table. */
  StoredFile file(S3Object object) {
    return new StoredFile(
        object.address().key().substring(address.key().length() + 1),
        object.size(),
        object.modified());
  }

  @Override
  public boolean exists(String name) throws IOException {
    if (name.isEmpty()) {
      return isFolder(name);
    }
    try {
      access.memory().told(access.head(at(name)));
      return true;
    } catch (NoSuchFileException none) {
      access.memory().forget(at(name));
      // The log has files only, and is asked for versions that are not there yet.
      return !name.startsWith(LOG + "/") && isFolder(name);
    }
  }

  @Override
  public boolean isFolder(String name) throws IOException {
    return !access.list(in(name), request -> request.maxKeys(1)).contents().isEmpty();
  }

  /** Costs nothing for a file that this client has made under a free name a moment ago. */
  @Override
  public StoredFile status(String name) throws IOException {
    Optional<S3Object> made = access.memory().justClaimed(at(name));
    return file(made.isPresent() ? made.get() : head(at(name)));
  }

  private S3Object head(S3Address object) throws IOException {
    try {
      return access.memory().told(access.head(object));
    } catch (NoSuchFileException none) {
      access.memory().forget(object);
      throw none;
    }
  }

  /**
   * Compares tags where this client knows the one of the seen file, else times. Those of two
   * clients may differ by a second: a file that is written anew within two, to the same size, is
   * noticed by those only that have asked for it before.
   */
  @Override
  public boolean isUnchanged(StoredFile seen) throws IOException {
    S3Address object = at(seen.name());
    Optional<S3Object> before = access.memory().known(object);
    S3Object now;
    try {
      now = head(object);
    } catch (NoSuchFileException gone) {
      return false;
    }
    return before.isPresent()
        ? file(before.get()).equals(seen) && now.isSameAs(before.get())
        : now.size() == seen.size() && now.isAsOldAs(seen.modified());
  }

  @Override
  public byte[] read(String name, int most) throws IOException {
    Optional<byte[]> entry = isEntry(name) ? access.immutable(at(name)) : Optional.empty();
    if (entry.isPresent() && entry.get().length <= most) {
      return entry.get().clone();
    }
    S3Piece whole = access.get(at(name), most, request -> {});
    if (whole.bytes() == null) {
      throw new IOException(
          "The file %s has more than %d bytes, which no file of its kind has. It is not read; remove it"
              .formatted(path(name), most));
    }
    access.memory().told(whole.object());
    return whole.bytes();
  }

  private static boolean isEntry(String name) {
    return ENTRY.matcher(name).matches();
  }

  @Override
  public InputStream open(String name) throws IOException {
    return seekable(name, -1);
  }

  @Override
  public SeekableInputStream seekable(String name, long length) throws IOException {
    Optional<byte[]> entry = isEntry(name) ? access.immutable(at(name)) : Optional.empty();
    return entry.isPresent()
        ? S3Reader.of(entry.get(), at(name))
        : S3Reader.open(access, at(name), length);
  }

  @Override
  public Path onDisk(String name, Path copies) throws IOException {
    check(name);
    // Those of two tables may have one name.
    String folder = UUID.nameUUIDFromBytes(table().getBytes(StandardCharsets.UTF_8)).toString();
    Path copy = copies.resolve(folder).resolve(name);
    Files.createDirectories(copy.getParent());
    try (InputStream in = open(name)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  @Override
  public List<String> names(String folder, String first) throws IOException {
    return new S3Listing(this).names(folder, first);
  }

  @Override
  public Iterator<StoredFile> files(String folder, String first) throws IOException {
    return new S3Listing(this).files(folder, first);
  }

  @Override
  public List<String> folders(String folder) throws IOException {
    return new S3Listing(this).folders(folder);
  }

  @Override
  public void walk(Predicate<String> folders, Visitor visitor) throws IOException {
    new S3Listing(this).walk(folders, visitor);
  }

  @Override
  public void delete(String name) throws IOException {
    access.delete(at(name));
  }

  @Override
  public NewFile create(String name) throws IOException {
    return new S3Upload(this, at(name), S3Buffer.Budget.SHARED);
  }

  @Override
  public void write(String name, byte[] content, boolean overwrite) throws IOException {
    S3Address object = at(name);
    S3Object made =
        overwrite
            ? access.memory().overwritten(access.put(object, S3Content.of(content)))
            : access.conditional().put(address, object, S3Content.of(content));
    if (isEntry(name)) {
      access.memory().keep(made, content.clone());
    }
  }

  @Override
  public StagedFile stage(String name) throws IOException {
    return S3Staged.of(access, address, at(name));
  }

  @Override
  public void sign(String name, byte[] content, Clock clock) throws IOException {
    write(name, content, true);
  }

  @Override
  public Executor aside() {
    return access.aside();
  }

  /** Of the store. Asks it once if it has not replied to anything yet. */
  @Override
  public Clock clock(Clock machine) {
    return access.clock(address);
  }

  @Override
  public TableStorage real() {
    return this;
  }

  @Override
  public String realName(String name) {
    return name;
  }

  @Override
  public String toString() {
    return table();
  }
}
