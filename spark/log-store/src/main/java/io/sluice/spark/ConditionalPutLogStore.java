package io.sluice.spark;

import io.delta.storage.S3SingleDriverLogStore;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.AWSServiceIOException;

/**
 * Publishes the entries of a Delta log on S3 by a put that succeeds only for a new name ({@code
 * If-None-Match: *}), so that Spark and other writers, in whatever processes, can write one table.
 * Delta's own stores for S3 look whether the entry is there and put it then: when two do so at
 * once, both succeed, and the commit of one is overwritten.
 *
 * <p>Exactly one writer of an entry succeeds, the others get {@link FileAlreadyExistsException}, by
 * which Delta finds out what they lost against and tries again. A reply that got lost does not
 * change that: when an entry turns out to be there, its bytes are read and compared, and equal ones
 * are this writer's own. That holds as long as each commit says something of its own, as Delta's do
 * with {@code commitInfo}, which is on unless somebody turns it off.
 *
 * <p>An entry is built in memory, twice its size at most. It appears whole or not at all. Reading,
 * listing, and what is overwritten on purpose ({@code _last_checkpoint}) are Delta's own.
 *
 * <p>It needs S3A of Hadoop 3.4.2 or later, and a store that supports conditional puts.
 * Thread-safe.
 */
public class ConditionalPutLogStore extends S3SingleDriverLogStore {

  private static final int ATTEMPTS = 10;
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final int SERVER_ERRORS = 500;
  private static final int CONFLICT = 409;

  /**
   * Called by Delta.
   *
   * @param configuration Hadoop's, as of the session
   */
  public ConditionalPutLogStore(Configuration configuration) {
    super(configuration);
  }

  /**
   * @throws FileAlreadyExistsException if somebody else's entry is there and {@code overwrite} is
   *     false
   * @throws IOException if the store cannot be reached or refuses; whether the entry is there is
   *     unknown only if it cannot be read either
   */
  @Override
  public void write(
      Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    if (overwrite) {
      super.write(path, actions, true, configuration);
      return;
    }
    FileSystem files = path.getFileSystem(configuration);
    requireConditionalPut(files, path);
    publish(files, path, content(actions));
  }

  private static void requireConditionalPut(FileSystem files, Path path) throws IOException {
    if (!files.hasPathCapability(
        path, CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)) {
      throw new IOException(
          ("%s cannot be written: its file system %s has no conditional put, without which commits are"
                  + " lost. Use S3A of hadoop-aws 3.4.2 or later, and do not set"
                  + " fs.s3a.create.conditional.enabled to false.")
              .formatted(path, files.getClass().getName()));
    }
  }

  private static byte[] content(Iterator<String> actions) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (actions.hasNext()) {
      content.writeBytes(actions.next().getBytes(StandardCharsets.UTF_8));
      content.write('\n');
    }
    return content.toByteArray();
  }

  private static void publish(FileSystem files, Path path, byte[] content) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        put(files, path, content);
        return;
      } catch (IOException e) {
        if (isInterrupt(e)) {
          throw e;
        }
        if (isConflict(e) && attempt < ATTEMPTS) {
          // S3 was just working on another put of the same name. Who wins is open.
          pause(attempt);
        } else if (isPublished(files, path, content, e)) {
          return;
        } else if (isAnswered(e) || attempt == ATTEMPTS) {
          throw e;
        } else {
          // It may be on its way still: the same bytes again are known as one entry.
          pause(attempt);
        }
      }
    }
  }

  private static void put(FileSystem files, Path path, byte[] content) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path);
    FSDataOutputStream out =
        builder
            .create()
            .overwrite(true)
            .recursive()
            .must(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true)
            .build();
    try {
      out.write(content);
    } catch (IOException | RuntimeException e) {
      // To close it would publish what has come so far.
      out.abort();
      throw e;
    }
    out.close();
  }

  /**
   * Finds out what became of a put that failed.
   *
   * @return whether the entry is this writer's own
   * @throws FileAlreadyExistsException if it is somebody else's
   * @throws IOException the failure, if the entry cannot be read
   */
  private static boolean isPublished(
      FileSystem files, Path path, byte[] content, IOException failure) throws IOException {
    boolean own;
    try (FSDataInputStream in = files.open(path)) {
      own = Arrays.equals(content, in.readNBytes(content.length + 1));
    } catch (FileNotFoundException absent) {
      return false;
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw failure;
    }
    if (!own) {
      FileAlreadyExistsException lost = new FileAlreadyExistsException(path.toString());
      lost.initCause(failure);
      throw lost;
    }
    return true;
  }

  /** A time that ran out calls itself an interrupt, too. */
  private static boolean isInterrupt(IOException e) {
    return e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
  }

  /** Whether the store has refused it, so that nothing of it comes later. */
  private static boolean isAnswered(IOException e) {
    return e instanceof AWSServiceIOException answer && answer.statusCode() < SERVER_ERRORS;
  }

  private static boolean isConflict(IOException e) {
    return e instanceof AWSServiceIOException answer && answer.statusCode() == CONFLICT;
  }

  private static void pause(int attempt) throws InterruptedIOException {
    long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << attempt);
    try {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(longest));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a conflict was waited out.");
    }
  }

  /** A put is whole or absent, so nobody has to wait for the rest of an entry. */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration configuration) {
    return false;
  }
}
