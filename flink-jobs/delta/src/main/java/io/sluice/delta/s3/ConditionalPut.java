package io.sluice.delta.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts objects under names that must be free, by {@code If-None-Match: *}. Of several who want a
 * name, one gets it.
 *
 * <p>A reply may be lost, and the client then asks again. A name that is taken is therefore read
 * back: an object with the same bytes is the one of the request before.
 *
 * <p>Some stores ignore the header, and let each writer win. Each bucket is tried once per process,
 * by three requests, before a table in it is written.
 */
@Internal
public final class ConditionalPut {

  /** Of the objects with which buckets are tried; hidden, so that vacuum removes what is left. */
  public static final String PROBE = "_sluice_probe_";

  private static final Logger LOGGER = LoggerFactory.getLogger(ConditionalPut.class);

  /** So often the same is put again while others write the same name. */
  static final int ATTEMPTS = 10;

  private static final long FIRST_PAUSE_MILLIS = 25;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final int COMPARED_BYTES = 8 << 20;

  private final S3Access access;
  private final Set<String> proven = ConcurrentHashMap.newKeySet();

  ConditionalPut(S3Access access) {
    this.access = access;
  }

  /**
   * Makes an object appear under a name that is free.
   *
   * @param table where the bucket may be tried
   * @throws FileAlreadyExistsException if there is another one
   */
  public S3Object put(S3Address table, S3Address address, S3Content content) throws IOException {
    prove(table);
    for (int attempt = 1; ; attempt++) {
      try {
        return access.memory().claimed(access.put(address, content, true));
      } catch (S3Failure refused) {
        if (refused.isPrecondition()) {
          return own(address, content);
        }
        checkConflict(address, refused, attempt);
      }
    }
  }

  /** Waits before another attempt if the failure is a conflict that may pass. */
  void checkConflict(S3Address address, S3Failure refused, int attempt) throws IOException {
    if (!refused.isConflict()) {
      throw refused;
    }
    if (attempt == ATTEMPTS) {
      throw new IOException(
          "%s cannot be written: %s answered each of %d attempts that another writer wants the same name at this moment (409). Try again; if it happens without other writers, the store is broken"
              .formatted(address, access.settings().store(), ATTEMPTS),
          refused);
    }
    pause(address, attempt);
  }

  private static void pause(S3Address address, int attempt) throws InterruptedIOException {
    long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << attempt);
    try {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "The task was interrupted before %s was written".formatted(address));
    }
  }

  /**
   * The object that bears a name, if it has the bytes that were to be put there.
   *
   * @throws FileAlreadyExistsException if it has others
   */
  S3Object own(S3Address address, S3Content content) throws IOException {
    try (InputStream own = content.open()) {
      S3Piece piece = access.get(address, 0, COMPARED_BYTES, "");
      S3Object found = piece.object();
      boolean same = found.size() == content.length();
      long compared = 0;
      while (same) {
        byte[] theirs = piece.bytes();
        same = Arrays.equals(theirs, own.readNBytes(theirs.length));
        compared += theirs.length;
        if (same && compared == found.size()) {
          return access.memory().claimed(found);
        }
        same = same && theirs.length > 0;
        piece = same ? access.get(address, compared, COMPARED_BYTES, found.etag()) : piece;
      }
    } catch (NoSuchFileException removed) {
      LOGGER.debug("{} was removed by the one who had it", address, removed);
    }
    throw new FileAlreadyExistsException(address.toString());
  }

  /** Tries the bucket of a table, if that was not done before. */
  void prove(S3Address table) throws IOException {
    if (proven.contains(table.bucket())) {
      return;
    }
    synchronized (proven) {
      if (!proven.contains(table.bucket())) {
        probe(table);
        proven.add(table.bucket());
      }
    }
  }

  private void probe(S3Address table) throws IOException {
    S3Address probe = table.child(PROBE + UUID.randomUUID());
    try {
      if (!refuses(probe) && !refuses(probe)) {
        throw withoutConditions(table);
      }
    } catch (S3Failure refused) {
      throw refused.isNotImplemented() ? withoutConditions(table) : refused;
    } finally {
      remove(probe);
    }
  }

  /** A refusal of the very first put follows its own reply, which was lost. */
  private boolean refuses(S3Address probe) throws IOException {
    try {
      access.put(probe, S3Content.of("{}".getBytes(StandardCharsets.UTF_8)), true);
      return false;
    } catch (S3Failure refused) {
      if (refused.isPrecondition() || refused.isConflict()) {
        return true;
      }
      throw refused;
    }
  }

  private IOException withoutConditions(S3Address table) {
    return new IOException(
        "Table %s cannot be written: bucket %s of %s takes a name twice although it is told not to (PutObject with If-None-Match: *). Two writers would overwrite each other's versions. Use a store that knows conditional writes"
            .formatted(table, table.bucket(), access.settings().store()));
  }

  private void remove(S3Address probe) {
    try {
      access.delete(probe);
    } catch (IOException e) {
      LOGGER.info("{} is left behind until the next vacuum: {}", probe, e.getMessage());
    }
  }
}
