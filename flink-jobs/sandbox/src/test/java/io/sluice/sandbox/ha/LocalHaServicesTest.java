package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.leaderelection.LeaderContender;
import org.apache.flink.runtime.leaderelection.LeaderElection;
import org.apache.flink.runtime.leaderelection.LeaderInformation;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalListener;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalHaServicesTest {

  @TempDir Path root;

  @Test
  void aTaskManagerFollowsTheJobManagerAcrossARestart() throws Exception {
    TestingListener seen = new TestingListener();
    try (HighAvailabilityServices taskManager = services()) {
      LeaderRetrievalService retrieval = taskManager.getResourceManagerLeaderRetriever();
      retrieval.start(seen);
      UUID first;
      try (HighAvailabilityServices jobManager = services();
          LeaderElection election = jobManager.getResourceManagerLeaderElection()) {
        election.startLeaderElection(new TestingContender(election, "first"));
        await().untilAsserted(() -> assertThat(seen.address()).isEqualTo("first"));
        first = seen.session();
      }
      await().untilAsserted(() -> assertThat(seen.address()).isNull());
      try (HighAvailabilityServices jobManager = services();
          LeaderElection election = jobManager.getResourceManagerLeaderElection()) {
        election.startLeaderElection(new TestingContender(election, "second"));
        await().untilAsserted(() -> assertThat(seen.address()).isEqualTo("second"));
        assertThat(seen.session()).isNotEqualTo(first);
      }
      retrieval.stop();
    }
  }

  @Test
  void onlyAJobManagerTakesTheLock() throws Exception {
    try (HighAvailabilityServices taskManager = services();
        HighAvailabilityServices jobManager = services();
        HighAvailabilityServices intruder = services();
        LeaderElection election = jobManager.getDispatcherLeaderElection()) {
      taskManager.createBlobStore();
      taskManager.getResourceManagerLeaderRetriever();
      assertThat(root.resolve("test/lock")).doesNotExist();

      election.startLeaderElection(new TestingContender(election, "here"));
      assertThat(root.resolve("test/lock")).exists();
      assertThatThrownBy(intruder::getExecutionPlanStore)
          .hasMessageContaining("belongs to a running JobManager");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plans/%s",
        "jobs/%s/checkpoints/0000000000000000007",
        "jobs/%s/next-checkpoint-id",
        "results/%s.dirty"
      })
  void aDamagedEntryIsNamedBeforeAnythingIsLed(String entry) throws Exception {
    JobID job = new JobID();
    Path damaged = root.resolve("test").resolve(entry.formatted(job));
    DurableFiles.publish(
        root.resolve("test/plans").resolve(job.toHexString()),
        InstantiationUtil.serializeObject("a plan"));
    DurableFiles.publish(damaged, new byte[] {1, 2, 3});

    try (HighAvailabilityServices jobManager = services();
        LeaderElection election = jobManager.getDispatcherLeaderElection()) {
      assertThatThrownBy(() -> election.startLeaderElection(new TestingContender(election, "here")))
          .hasStackTraceContaining(damaged.toString());
      assertThat(root.resolve("test/leaders")).doesNotExist();
    }
  }

  @Test
  void closingKeepsTheJobsAndCleaningUpRemovesThem() throws Exception {
    JobID job = new JobID();
    try (HighAvailabilityServices jobManager = services()) {
      jobManager.getCheckpointRecoveryFactory().createCheckpointIDCounter(job).setCount(7);
    }
    HighAvailabilityServices restarted = services();
    assertThat(restarted.getCheckpointRecoveryFactory().createCheckpointIDCounter(job).get())
        .isEqualTo(7);
    restarted.closeWithOptionalClean(true);

    try (var left = Files.list(root.resolve("test"))) {
      assertThat(left).containsExactly(root.resolve("test/lock"));
    }
  }

  @Test
  void theEndOfAJobRemovesWhatIsLeftOfIt() throws Exception {
    JobID ended = new JobID();
    JobID running = new JobID();
    try (HighAvailabilityServices jobManager = services()) {
      var recovery = jobManager.getCheckpointRecoveryFactory();
      recovery.createCheckpointIDCounter(ended).setCount(7);
      recovery.createCheckpointIDCounter(running).setCount(8);

      jobManager.globalCleanupAsync(ended, Runnable::run).get();

      assertThat(root.resolve("test/jobs")).isDirectoryNotContaining("glob:**" + ended);
      assertThat(recovery.createCheckpointIDCounter(running).get()).isEqualTo(8);
    }
  }

  @Test
  void clientsUseTheConfiguredAddressAndLeaveTheDirectoryAlone() throws Exception {
    Configuration configuration =
        configuration().set(RestOptions.ADDRESS, "127.0.0.1").set(RestOptions.PORT, 8099);
    TestingListener seen = new TestingListener();
    try (var client = new LocalHaServicesFactory().createClientHAServices(configuration)) {
      client.getClusterRestEndpointLeaderRetriever().start(seen);
      assertThat(seen.address()).isEqualTo("http://127.0.0.1:8099");
    }
    assertThat(root).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({",missing", "relative/ha,relative/ha"})
  void aBucketNeedsALocalDirectoryBesideIt(String directory, String shown) {
    Configuration remote =
        configuration().set(HighAvailabilityOptions.HA_STORAGE_PATH, "s3://bucket/ha");
    if (directory != null) {
      remote.set(HaLayout.LOCAL_DIRECTORY, directory);
    }
    assertThatThrownBy(() -> new LocalHaServicesFactory().createHAServices(remote, Runnable::run))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessage(
            "high-availability.storageDir is s3://bucket/ha, so high-availability.local-dir must name a local directory for the lock and the references, such as /var/lib/sluice/ha; it is "
                + shown);
  }

  @Test
  void aBucketHoldsWhatAJobIsAndTheDirectoryTheRest() {
    HaLayout layout =
        HaLayout.of(
            configuration()
                .set(HighAvailabilityOptions.HA_STORAGE_PATH, "s3://bucket/ha")
                .set(HaLayout.LOCAL_DIRECTORY, root.toString()));
    assertThat(layout.directory()).isEqualTo(root.resolve("test"));
    assertThat(layout.bucket()).contains(new org.apache.flink.core.fs.Path("s3://bucket/ha/test"));
  }

  private HighAvailabilityServices services() throws Exception {
    return new LocalHaServicesFactory().createHAServices(configuration(), Runnable::run);
  }

  private Configuration configuration() {
    return new Configuration()
        .set(HighAvailabilityOptions.HA_STORAGE_PATH, root.toUri().toString())
        .set(HighAvailabilityOptions.HA_CLUSTER_ID, "test");
  }

  /** Confirms every leadership with a fixed address. */
  private record TestingContender(LeaderElection election, String address)
      implements LeaderContender {
    @Override
    public void grantLeadership(UUID session) {
      election.confirmLeadershipAsync(session, address);
    }

    @Override
    public void revokeLeadership() {
      // Nothing to stop.
    }

    @Override
    public void handleError(Exception exception) {
      throw new AssertionError(exception);
    }
  }

  /** Remembers the last leader. */
  private static final class TestingListener implements LeaderRetrievalListener {
    private final AtomicReference<LeaderInformation> last =
        new AtomicReference<>(LeaderInformation.empty());

    @Override
    public void notifyLeaderAddress(String address, UUID session) {
      last.set(
          address == null ? LeaderInformation.empty() : LeaderInformation.known(session, address));
    }

    @Override
    public void handleError(Exception exception) {
      throw new AssertionError(exception);
    }

    String address() {
      return last.get().getLeaderAddress();
    }

    UUID session() {
      return last.get().getLeaderSessionID();
    }
  }
}
