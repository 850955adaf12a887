package io.sluice.sandbox.ha;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.highavailability.AbstractThreadsafeJobResultStore;
import org.apache.flink.runtime.highavailability.JobResultEntry;
import org.apache.flink.runtime.jobmaster.JobResult;

/**
 * The results of jobs that ended: {@code <job id>.dirty} while something of the job is left to
 * clean up, then {@code <job id>.clean} or nothing.
 *
 * <p>Flink's own store writes its files in place: a process killed in the middle leaves a half file
 * that keeps every later JobManager from starting.
 */
final class FileJobResultStore extends AbstractThreadsafeJobResultStore {

  private static final String DIRTY = ".dirty";

  private final Path directory;
  private final boolean deleteWhenClean;

  FileJobResultStore(Path directory, boolean deleteWhenClean, Executor ioExecutor) {
    super(ioExecutor);
    this.directory = directory;
    this.deleteWhenClean = deleteWhenClean;
  }

  @Override
  protected void createDirtyResultInternal(JobResultEntry entry) throws IOException {
    DurableFiles.publish(dirty(entry.getJobId()), DurableFiles.sealed(entry.getJobResult()));
  }

  @Override
  protected void markResultAsCleanInternal(JobID jobId) throws IOException {
    Path file = dirty(jobId);
    if (!Files.exists(file)) {
      throw new NoSuchElementException(
          "Job %s cannot be marked as clean: there is no result %s".formatted(jobId, file));
    }
    if (deleteWhenClean) {
      DurableFiles.delete(file);
    } else {
      DurableFiles.rename(file, clean(jobId));
    }
  }

  @Override
  protected boolean hasDirtyJobResultEntryInternal(JobID jobId) {
    return Files.exists(dirty(jobId));
  }

  @Override
  protected boolean hasCleanJobResultEntryInternal(JobID jobId) {
    return Files.exists(clean(jobId));
  }

  @Override
  protected Set<JobResult> getDirtyResultsInternal() throws IOException {
    Set<JobResult> results = new HashSet<>();
    for (String name : DurableFiles.list(directory)) {
      if (name.endsWith(DIRTY)) {
        results.add(DurableFiles.readObject(directory.resolve(name)));
      }
    }
    return results;
  }

  private Path dirty(JobID jobId) {
    return directory.resolve(jobId.toHexString() + DIRTY);
  }

  private Path clean(JobID jobId) {
    return directory.resolve(jobId.toHexString() + ".clean");
  }
}
