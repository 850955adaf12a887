package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.apache.flink.runtime.highavailability.JobResultEntry;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJobResultStoreTest {

  @TempDir Path directory;
  private final JobID job = new JobID();

  @Test
  void aDirtyResultIsFoundAfterARestartUntilItIsClean() throws Exception {
    store(true).createDirtyResultAsync(cancelled()).get();

    FileJobResultStore restarted = store(true);
    assertThat(restarted.getDirtyResults())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.getJobId()).isEqualTo(job);
              assertThat(result.getApplicationStatus()).isEqualTo(ApplicationStatus.CANCELED);
            });

    restarted.markResultAsCleanAsync(job).get();
    assertThat(restarted.getDirtyResults()).isEmpty();
    assertThat(restarted.hasJobResultEntryAsync(job).get()).isFalse();
  }

  @Test
  void aCleanResultCanBeKept() throws Exception {
    FileJobResultStore store = store(false);
    store.createDirtyResultAsync(cancelled()).get();
    store.markResultAsCleanAsync(job).get();

    assertThat(store.hasCleanJobResultEntryAsync(job).get()).isTrue();
    assertThat(store.hasDirtyJobResultEntryAsync(job).get()).isFalse();
    assertThatThrownBy(() -> store.createDirtyResultAsync(cancelled()).get())
        .hasMessageContaining("already contains an entry");
  }

  @Test
  void anUnknownJobCannotBecomeClean() {
    assertThatThrownBy(() -> store(true).markResultAsCleanAsync(job).get())
        .hasCauseInstanceOf(NoSuchElementException.class)
        .hasMessageContaining(job.toHexString());
  }

  @Test
  void aDamagedResultIsNamed() throws Exception {
    Path file = directory.resolve(job.toHexString() + ".dirty");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> store(true).getDirtyResults())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  private FileJobResultStore store(boolean deleteWhenClean) {
    return new FileJobResultStore(directory, deleteWhenClean, Runnable::run);
  }

  private JobResultEntry cancelled() {
    return new JobResultEntry(
        new JobResult.Builder()
            .jobId(job)
            .applicationStatus(ApplicationStatus.CANCELED)
            .netRuntime(1)
            .build());
  }
}
