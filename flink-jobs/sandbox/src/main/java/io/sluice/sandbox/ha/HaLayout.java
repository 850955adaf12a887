package io.sluice.sandbox.ha;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.runtime.blob.BlobStoreService;
import org.apache.flink.runtime.blob.FileSystemBlobStore;
import org.apache.flink.runtime.checkpoint.CompletedCheckpoint;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.apache.flink.runtime.highavailability.JobResultStore;
import org.apache.flink.runtime.highavailability.JobResultStoreOptions;
import org.apache.flink.runtime.persistence.RetrievableStateStorageHelper;
import org.apache.flink.runtime.persistence.filesystem.FileSystemStateStorageHelper;
import org.apache.flink.streaming.api.graph.ExecutionPlan;

/**
 * What lies where. Lock, leaders, counters, results and one file per entry are always in a local
 * directory. Plans, completed checkpoints and jars are there, too, or in a bucket; then the file of
 * an entry refers to an object of the bucket.
 *
 * @param directory local directory of the cluster
 * @param bucket the cluster's folder in an object store, if it uses one
 */
record HaLayout(Path directory, Optional<org.apache.flink.core.fs.Path> bucket) {

  /** Needed when {@code high-availability.storageDir} is no local directory. */
  static final ConfigOption<String> LOCAL_DIRECTORY =
      ConfigOptions.key("high-availability.local-dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Local directory of the lock, the leaders and the references to what"
                  + " high-availability.storageDir holds");

  /**
   * The layout that a cluster's settings ask for.
   *
   * @throws IllegalConfigurationException if the storage is a bucket and no local directory is
   *     named, or the local directory is none
   */
  static HaLayout of(Configuration configuration) {
    org.apache.flink.core.fs.Path storage =
        HighAvailabilityServicesUtils.getClusterHighAvailableStoragePath(configuration);
    if (isLocal(storage.toUri())) {
      return new HaLayout(Path.of(storage.getPath()), Optional.empty());
    }
    String local = configuration.get(LOCAL_DIRECTORY);
    if (local == null || !Path.of(local).isAbsolute()) {
      throw new IllegalConfigurationException(
          "%s is %s, so %s must name a local directory for the lock and the references, such as /var/lib/sluice/ha; it is %s"
              .formatted(
                  HighAvailabilityOptions.HA_STORAGE_PATH.key(),
                  configuration.get(HighAvailabilityOptions.HA_STORAGE_PATH),
                  LOCAL_DIRECTORY.key(),
                  local == null ? "missing" : local));
    }
    return new HaLayout(Path.of(local).resolve(storage.getName()), Optional.of(storage));
  }

  FileStateHandleStore<ExecutionPlan> plans() throws IOException {
    return new FileStateHandleStore<>(localPlans(), objects("plan"));
  }

  Path localPlans() {
    return directory.resolve("plans");
  }

  FileStateHandleStore<CompletedCheckpoint> checkpoints(JobID job) throws IOException {
    return new FileStateHandleStore<>(
        ofJob(job).resolve("checkpoints"), objects("completed-checkpoint"));
  }

  Path counter(JobID job) {
    return ofJob(job).resolve("next-checkpoint-id");
  }

  Path ofJob(JobID job) {
    return jobs().resolve(job.toHexString());
  }

  Path jobs() {
    return directory.resolve("jobs");
  }

  Path leaders() {
    return directory.resolve("leaders");
  }

  /**
   * On disk in any case: a result that cannot be written ends the JobManager, and the job that has
   * ended runs again.
   */
  JobResultStore results(Configuration configuration, Executor ioExecutor) {
    return new FileJobResultStore(
        localResults(), configuration.get(JobResultStoreOptions.DELETE_ON_COMMIT), ioExecutor);
  }

  Path localResults() {
    return directory.resolve("results");
  }

  BlobStoreService blobs() throws IOException {
    return bucket.isPresent()
        ? new FileSystemBlobStore(bucket.get().getFileSystem(), bucket.get().toString())
        : new DurableBlobStore(directory);
  }

  private static boolean isLocal(URI uri) {
    return uri.getScheme() == null || uri.getScheme().equals("file");
  }

  private Optional<RetrievableStateStorageHelper<byte[]>> objects(String prefix)
      throws IOException {
    return bucket.isPresent()
        ? Optional.of(new FileSystemStateStorageHelper<>(bucket.get(), prefix))
        : Optional.empty();
  }
}
