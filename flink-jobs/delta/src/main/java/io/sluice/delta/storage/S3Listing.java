package io.sluice.delta.storage;

import io.sluice.delta.s3.ConditionalPut;
import io.sluice.delta.s3.S3Access;
import io.sluice.delta.s3.S3Address;
import io.sluice.delta.s3.S3Object;
import io.sluice.delta.s3.S3Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** What lies in the folders of a table in an object store: a request for each thousand names. */
final class S3Listing {

  /** As stores sort keys: by the bytes of UTF-8, not by those of Java's strings. */
  static final Comparator<String> ORDER =
      (one, other) ->
          Arrays.compareUnsigned(
              one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

  private static final String SLASH = "/";

  private final S3Storage storage;
  private final S3Access access;

  S3Listing(S3Storage storage) {
    this.storage = storage;
    access = storage.access();
  }

  List<String> names(String folder, String first) throws IOException {
    S3Address prefix = storage.in(folder);
    List<String> names = new ArrayList<>();
    ListObjectsV2Response page = firstPage(folder, prefix, first);
    while (true) {
      Stream.concat(objects(page, prefix).map(S3Listing::key), folders(page))
          .map(key -> key.substring(prefix.key().length()))
          .filter(name -> ORDER.compare(name, first) >= 0)
          .map(name -> folder.isEmpty() ? name : folder + SLASH + name)
          .forEach(names::add);
      if (isLast(page)) {
        names.sort(ORDER);
        return names;
      }
      page = next(prefix, page);
    }
  }

  private static String key(S3Object object) {
    return object.address().key();
  }

  /** Some tools make an object for a folder itself. */
  private Stream<S3Object> objects(ListObjectsV2Response page, S3Address prefix) {
    return page.contents().stream()
        .filter(object -> !object.key().endsWith(SLASH))
        .map(object -> S3Access.listed(prefix.bucket(), object));
  }

  /** Without the last slash. */
  private static Stream<String> folders(ListObjectsV2Response page) {
    return page.commonPrefixes().stream()
        .map(CommonPrefix::prefix)
        .map(key -> key.substring(0, key.length() - 1));
  }

  private static boolean isLast(ListObjectsV2Response page) {
    return !Boolean.TRUE.equals(page.isTruncated());
  }

  /** Whether there is nothing from a name on, or no such folder at all, takes another request. */
  private ListObjectsV2Response firstPage(String folder, S3Address prefix, String first)
      throws IOException {
    String before = first.isEmpty() ? "" : prefix.key() + before(first);
    ListObjectsV2Response page =
        whole(
            prefix,
            request -> {
              request.delimiter(SLASH);
              if (!before.isEmpty()) {
                request.startAfter(before);
              }
            });
    boolean nothing = page.contents().isEmpty() && page.commonPrefixes().isEmpty();
    if (nothing && isLast(page) && (before.isEmpty() || !storage.isFolder(folder))) {
      throw new NoSuchFileException(storage.path(folder));
    }
    return page;
  }

  /** A name shortly before another: stores list what comes after a key, and not the key itself. */
  static String before(String name) {
    int last = name.offsetByCodePoints(name.length(), -1);
    int character = name.codePointAt(last);
    String front = name.substring(0, last);
    // What lies in between is filtered. A zero's forerunner is the slash, which parts folders.
    return character > '0' && character < 0x7f ? front + (char) (character - 1) + "~~~~" : front;
  }

  private ListObjectsV2Response next(S3Address prefix, ListObjectsV2Response page)
      throws IOException {
    return whole(
        prefix,
        request -> request.delimiter(SLASH).continuationToken(page.nextContinuationToken()));
  }

  /**
   * A page of a list, again if it is the log's last one and torn: S3 shows what was there when it
   * was asked, other stores may show what follows a version without the version.
   */
  private ListObjectsV2Response whole(
      S3Address prefix, Consumer<ListObjectsV2Request.Builder> request) throws IOException {
    ListObjectsV2Response page = access.list(prefix, request);
    for (int again = 0; again < LogNames.LISTINGS && isTorn(prefix, page); again++) {
      page = access.list(prefix, request);
    }
    return page;
  }

  private boolean isTorn(S3Address prefix, ListObjectsV2Response page) {
    return prefix.key().endsWith(SLASH + TableStorage.LOG + SLASH)
        && isLast(page)
        && LogNames.areTorn(objects(page, prefix).map(S3Listing::key).sorted(ORDER).toList());
  }

  Iterator<StoredFile> files(String folder, String first) throws IOException {
    S3Address prefix = storage.in(folder);
    return new Files(prefix, prefix.key() + first, firstPage(folder, prefix, first));
  }

  private Iterator<S3Object> told(ListObjectsV2Response page, S3Address prefix, String first) {
    return objects(page, prefix)
        .filter(object -> ORDER.compare(key(object), first) >= 0)
        .map(access.memory()::told)
        .iterator();
  }

  /** Asks for the next page when it is needed. */
  private final class Files implements Iterator<StoredFile> {
    private final S3Address prefix;
    private final String first;
    private ListObjectsV2Response page;
    private Iterator<S3Object> objects;

    Files(S3Address prefix, String first, ListObjectsV2Response page) {
      this.prefix = prefix;
      this.first = first;
      this.page = page;
      objects = told(page, prefix, first);
    }

    @Override
    public boolean hasNext() {
      while (!objects.hasNext() && !isLast(page)) {
        try {
          page = S3Listing.this.next(prefix, page);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        objects = told(page, prefix, first);
      }
      return objects.hasNext();
    }

    @Override
    public StoredFile next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return storage.file(objects.next());
    }
  }

  /** Names of folders without those in front. */
  List<String> folders(String folder) throws IOException {
    S3Address prefix = storage.in(folder);
    List<String> names = new ArrayList<>();
    ListObjectsV2Response page = access.list(prefix, request -> request.delimiter(SLASH));
    while (true) {
      folders(page).map(key -> key.substring(prefix.key().length())).forEach(names::add);
      if (isLast(page)) {
        names.sort(ORDER);
        return names;
      }
      page = next(prefix, page);
    }
  }

  void walk(Predicate<String> accepted, TableStorage.Visitor visitor) throws IOException {
    Deque<String> folders = new ArrayDeque<>(List.of(""));
    boolean nothing = true;
    while (!folders.isEmpty()) {
      S3Address prefix = storage.in(folders.pop());
      ListObjectsV2Response page = access.list(prefix, request -> request.delimiter(SLASH));
      nothing = nothing && page.contents().isEmpty() && page.commonPrefixes().isEmpty();
      while (true) {
        for (S3Object object : (Iterable<S3Object>) objects(page, prefix)::iterator) {
          show(storage.file(access.memory().recognized(object)), visitor);
        }
        folders(page)
            .map(key -> key.substring(storage.address().key().length() + 1))
            .filter(name -> S3Address.isName(name) && !isLog(name) && accepted.test(name))
            .forEach(folders::push);
        if (isLast(page)) {
          break;
        }
        page = next(prefix, page);
      }
    }
    if (!unfinished(accepted, visitor) && nothing) {
      throw new NoSuchFileException(storage.table());
    }
  }

  private static boolean isLog(String folder) {
    return folder.equals(TableStorage.LOG);
  }

  private void show(StoredFile file, TableStorage.Visitor visitor) throws IOException {
    if (LogNames.last(file.name()).startsWith(ConditionalPut.PROBE)) {
      // Of a process that was killed while it tried the store.
      visitor.unfinished(file, () -> storage.delete(file.name()));
    } else {
      visitor.file(file);
    }
  }

  private boolean unfinished(Predicate<String> accepted, TableStorage.Visitor visitor)
      throws IOException {
    List<S3Uploads.Upload> uploads = S3Uploads.below(access, storage.in(""));
    for (S3Uploads.Upload upload : uploads) {
      StoredFile file = storage.file(upload.object());
      if (isLookedInto(file.name(), accepted)) {
        visitor.unfinished(file, upload::abort);
      }
    }
    return !uploads.isEmpty();
  }

  private static boolean isLookedInto(String name, Predicate<String> accepted) {
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      String folder = name.substring(0, slash);
      if (isLog(folder)) {
        return true;
      }
      if (!accepted.test(folder)) {
        return false;
      }
    }
    return true;
  }
}
