package io.sluice.sandbox.ha;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.checkpoint.CheckpointIDCounter;

/**
 * Hands out the checkpoint ids of one job. The next id is on disk before an id is handed out, so
 * that no id is ever handed out twice, whatever happens to the process.
 */
final class FileCheckpointIdCounter implements CheckpointIDCounter {

  private final Path file;
  private long next;

  private FileCheckpointIdCounter(Path file, long next) {
    this.file = file;
    this.next = next;
  }

  /**
   * Goes on where the file says, or starts with 1 if there is none.
   *
   * @throws IOException naming the file if it holds no number
   */
  static FileCheckpointIdCounter open(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new FileCheckpointIdCounter(file, INITIAL_CHECKPOINT_ID);
    }
    String content = Files.readString(file, StandardCharsets.US_ASCII);
    try {
      return new FileCheckpointIdCounter(file, Long.parseLong(content.strip()));
    } catch (NumberFormatException e) {
      throw new IOException(
          ("The checkpoint counter %s holds '%s', which is no number. Write a number into it that"
                  + " is larger than the id of every checkpoint of the job.")
              .formatted(file, content),
          e);
    }
  }

  @Override
  public void start() {
    // Opened when constructed.
  }

  @Override
  public synchronized CompletableFuture<Void> shutdown(JobStatus jobStatus) {
    if (jobStatus.isGloballyTerminalState()) {
      try {
        DurableFiles.delete(file);
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized long getAndIncrement() throws IOException {
    long id = next;
    store(id + 1);
    return id;
  }

  @Override
  public synchronized long get() {
    return next;
  }

  /**
   * Raises the counter. A lower value is ignored: a job that restores the savepoint it started from
   * once more must not reuse ids that it gave to checkpoints since.
   */
  @Override
  public synchronized void setCount(long newId) throws IOException {
    if (newId > next) {
      store(newId);
    }
  }

  private void store(long value) throws IOException {
    DurableFiles.publish(file, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    next = value;
  }
}
