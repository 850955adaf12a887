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
import org.apache.flink.runtime.highavailability.JobResultStore;
import org.apache.flink.runtime.jobmanager.DefaultExecutionPlanStore;
import org.apache.flink.runtime.jobmanager.ExecutionPlanStore;
import org.apache.flink.runtime.jobmanager.NoOpExecutionPlanStoreWatcher;
import org.apache.flink.runtime.leaderelection.LeaderElectionDriver;
import org.apache.flink.runtime.leaderretrieval.DefaultLeaderRetrievalService;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;
import org.apache.flink.streaming.api.graph.ExecutionPlan;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;

/**
 * Flink's high-availability services on one local directory, with or without a bucket; README.md
 * beside this class says what lies where.
 *
 * <p>Every Flink process has an instance. Only what a JobManager alone asks for takes the lock;
 * TaskManagers read leader files and blobs.
 */
final class LocalHaServices extends AbstractHaServices {

  private final HaLayout layout;
  private final DirectoryLock lock;
  private final ScheduledExecutorService leaderWatches =
      Executors.newSingleThreadScheduledExecutor(
          new ExecutorThreadFactory("local-ha-leader-watch"));

  private LocalHaServices(
      Configuration configuration,
      Executor ioExecutor,
      HaLayout layout,
      DirectoryLock lock,
      JobResultStore results)
      throws IOException {
    super(
        configuration,
        listener -> lead(layout, lock, results, listener),
        ioExecutor,
        layout.blobs(),
        results);
    this.layout = layout;
    this.lock = lock;
  }

  static LocalHaServices in(HaLayout layout, Configuration configuration, Executor ioExecutor)
      throws IOException {
    return new LocalHaServices(
        configuration,
        ioExecutor,
        layout,
        new DirectoryLock(layout.directory()),
        layout.results(configuration, ioExecutor));
  }

  /**
   * Leads, if everything that jobs need can be read.
   *
   * @throws IOException if another JobManager leads, or naming the first damaged entry: found later
   *     it would end the process after 'sluice up' has said that all is well
   */
  private static LeaderElectionDriver lead(
      HaLayout layout,
      DirectoryLock lock,
      JobResultStore results,
      LeaderElectionDriver.Listener listener)
      throws IOException {
    lock.acquire();
    FileStateHandleStore<ExecutionPlan> plans = layout.plans();
    plans.requireReadable();
    FileCheckpointRecoveryFactory checkpoints = new FileCheckpointRecoveryFactory(layout);
    for (String plan : plans.getAllHandles()) {
      checkpoints.requireReadable(JobNames.INSTANCE.nameToJobID(plan));
    }
    results.getDirtyResults();
    return LockHolderLeadership.begin(lock, layout.leaders(), listener);
  }

  @Override
  protected LeaderRetrievalService createLeaderRetrievalService(String component) {
    LeaderFile file = new LeaderFile(layout.leaders(), component);
    return new DefaultLeaderRetrievalService(
        (receiver, fatalErrorHandler) -> new LeaderWatch(file, receiver, leaderWatches));
  }

  @Override
  protected CheckpointRecoveryFactory createCheckpointRecoveryFactory() throws IOException {
    lock.acquire();
    return new FileCheckpointRecoveryFactory(layout);
  }

  @Override
  protected ExecutionPlanStore createExecutionPlanStore() throws IOException {
    lock.acquire();
    return new DefaultExecutionPlanStore<>(
        layout.plans(), NoOpExecutionPlanStoreWatcher.INSTANCE, JobNames.INSTANCE);
  }

  /** Keeps everything: only {@link #cleanupAllData()} and the end of a job remove something. */
  @Override
  protected void internalClose() throws IOException {
    leaderWatches.shutdownNow();
    lock.close();
  }

  @Override
  protected void internalCleanup() throws Exception {
    lock.acquire();
    // By their entries first: nothing else knows the objects that they refer to.
    for (String job : DurableFiles.list(layout.jobs())) {
      layout.checkpoints(JobNames.INSTANCE.nameToJobID(job)).clearEntries();
    }
    layout.plans().clearEntries();
    for (Path part :
        List.of(layout.localPlans(), layout.jobs(), layout.leaders(), layout.localResults())) {
      DurableFiles.deleteTree(part);
    }
  }

  @Override
  protected void internalCleanupJobData(JobID jobId) throws IOException {
    DurableFiles.deleteTree(layout.ofJob(jobId));
    DurableFiles.delete(layout.leaders().resolve(getLeaderPathForJobManager(jobId)));
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
}
