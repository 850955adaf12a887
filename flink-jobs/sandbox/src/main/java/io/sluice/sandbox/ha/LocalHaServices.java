package io.sluice.sandbox.ha;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.CheckpointRecoveryFactory;
import org.apache.flink.runtime.highavailability.AbstractHaServices;
import org.apache.flink.runtime.highavailability.JobResultStoreOptions;
import org.apache.flink.runtime.jobmanager.DefaultExecutionPlanStore;
import org.apache.flink.runtime.jobmanager.ExecutionPlanStore;
import org.apache.flink.runtime.jobmanager.NoOpExecutionPlanStoreWatcher;
import org.apache.flink.runtime.leaderelection.LeaderElectionDriver;
import org.apache.flink.runtime.leaderretrieval.DefaultLeaderRetrievalService;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;

/**
 * Flink's high-availability services on one local directory; README.md beside this class says what
 * lies where.
 *
 * <p>Every Flink process has an instance. Only what a JobManager alone asks for takes the lock;
 * TaskManagers read leader files and blobs.
 */
final class LocalHaServices extends AbstractHaServices {

  private final Path directory;
  private final DirectoryLock lock;
  private final ScheduledExecutorService leaderWatches =
      Executors.newSingleThreadScheduledExecutor(
          new ExecutorThreadFactory("local-ha-leader-watch"));

  private LocalHaServices(
      Configuration configuration, Executor ioExecutor, Path directory, DirectoryLock lock)
      throws IOException {
    super(
        configuration,
        listener -> lead(directory, lock, listener),
        ioExecutor,
        new DurableBlobStore(directory),
        new FileJobResultStore(
            results(directory),
            configuration.get(JobResultStoreOptions.DELETE_ON_COMMIT),
            ioExecutor));
    this.directory = directory;
    this.lock = lock;
  }

  static LocalHaServices in(Path directory, Configuration configuration, Executor ioExecutor)
      throws IOException {
    return new LocalHaServices(configuration, ioExecutor, directory, new DirectoryLock(directory));
  }

  /**
   * Leads, if everything that jobs need can be read.
   *
   * @throws IOException if another JobManager leads, or naming the first damaged entry: found later
   *     it would end the process after 'sluice up' has said that all is well
   */
  private static LeaderElectionDriver lead(
      Path directory, DirectoryLock lock, LeaderElectionDriver.Listener listener)
      throws IOException {
    lock.acquire();
    for (String plan : DurableFiles.list(plans(directory))) {
      DurableFiles.readObject(plans(directory).resolve(plan));
      FileCheckpointRecoveryFactory.requireReadable(jobs(directory).resolve(plan));
    }
    new FileJobResultStore(results(directory), true, Runnable::run).getDirtyResultsInternal();
    return LockHolderLeadership.begin(lock, leaders(directory), listener);
  }

  @Override
  protected LeaderRetrievalService createLeaderRetrievalService(String component) {
    LeaderFile file = new LeaderFile(leaders(directory), component);
    return new DefaultLeaderRetrievalService(
        (receiver, fatalErrorHandler) -> new LeaderWatch(file, receiver, leaderWatches));
  }

  @Override
  protected CheckpointRecoveryFactory createCheckpointRecoveryFactory() throws IOException {
    lock.acquire();
    return new FileCheckpointRecoveryFactory(jobs(directory));
  }

  @Override
  protected ExecutionPlanStore createExecutionPlanStore() throws IOException {
    lock.acquire();
    return new DefaultExecutionPlanStore<>(
        new FileStateHandleStore<>(plans(directory)),
        NoOpExecutionPlanStoreWatcher.INSTANCE,
        JobNames.INSTANCE);
  }

  /** Keeps everything: only {@link #cleanupAllData()} and the end of a job remove something. */
  @Override
  protected void internalClose() throws IOException {
    leaderWatches.shutdownNow();
    lock.close();
  }

  @Override
  protected void internalCleanup() throws IOException {
    lock.acquire();
    for (Path part :
        List.of(plans(directory), jobs(directory), leaders(directory), results(directory))) {
      DurableFiles.deleteTree(part);
    }
  }

  @Override
  protected void internalCleanupJobData(JobID jobId) throws IOException {
    DurableFiles.deleteTree(jobs(directory).resolve(jobId.toHexString()));
    DurableFiles.delete(leaders(directory).resolve(getLeaderPathForJobManager(jobId)));
  }

  @Override
  protected String getLeaderPathForResourceManager() {
    return "resource-manager";
  }

  @Override
  protected String getLeaderPathForDispatcher() {
    return "dispatcher";
  }

  @Override
  protected String getLeaderPathForJobManager(JobID jobId) {
    return "job-" + jobId.toHexString();
  }

  @Override
  protected String getLeaderPathForRestServer() {
    return "rest-server";
  }

  private static Path plans(Path directory) {
    return directory.resolve("plans");
  }

  private static Path jobs(Path directory) {
    return directory.resolve("jobs");
  }

  private static Path leaders(Path directory) {
    return directory.resolve("leaders");
  }

  private static Path results(Path directory) {
    return directory.resolve("results");
  }
}
