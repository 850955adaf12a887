package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.ha.Diary.Entry;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.Storage;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.secrets.ObjectStoreKeys;
import io.sluice.sandbox.server.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.RemoteStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A home that keeps the state of its jobs in an object store, with real processes. */
@Timeout(300)
class S3SandboxITCase {

  private static final Path DIST = Path.of("dist/target/servers");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Kept after a failure, for its logs. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path root;

  private SandboxHome home;
  private Sandbox sandbox;
  private Diary diary;
  private JobClient running;

  @BeforeEach
  void open() {
    home = new SandboxHome(root.resolve("ä b,c'd"));
    sandbox = Sandbox.open(home, DIST, SandboxOptions.standard().withPorts(Ports.anyFree()));
    diary = new Diary(root.resolve("diary"));
  }

  @AfterEach
  void down() {
    sandbox.down(Progress.silent());
  }

  @Test
  @Tag("faults")
  void jobsKeepTheirStateInTheBucketWhateverDies() throws Exception {
    sandbox.choose(Storage.S3);
    for (Component component : List.of(Component.S3, Component.JOBMANAGER, Component.TASKMANAGER)) {
      sandbox.start(component);
    }
    JobClient job = submit(Optional.empty());
    awaitCompleted(3);
    assertThat(complete("flink/checkpoints/" + job.getJobID().toHexString())).isNotEmpty();
    assertThat(home.checkpoints()).doesNotExist();
    // Plan, jars and completed checkpoints; on this disk only what refers to them.
    assertThat(highAvailability()).contains("plan", "blob", "completed-checkpoint");
    assertThat(home.flinkData().resolve("ha/sluice")).isDirectoryNotContaining("glob:**/blob");

    // A checkpoint that fails restarts the job; it goes on when the store is back.
    killBehindItsBack(Component.S3);
    await().atMost(PATIENCE).until(() -> sandbox.isReady(Component.S3));
    awaitCompleted(highest("snapshot") + 3);

    int restored = diary.all("restored").size();
    killBehindItsBack(Component.JOBMANAGER);
    await().atMost(PATIENCE).until(() -> diary.all("restored").size() > restored);
    assertGoesOn();

    Optional<SSLContext> key = Optional.of(home.flinkKey().orElseThrow().context());
    noCredentialIsShown(job.getJobID().toHexString(), key);

    // While the store is away nobody can read the plan: the JobManager waits with the job.
    int before = diary.all("restored").size();
    killBehindItsBack(Component.S3);
    killBehindItsBack(Component.JOBMANAGER);
    await().atMost(PATIENCE).until(() -> diary.all("restored").size() > before);
    assertGoesOn();

    String savepoint = stopWithSavepoint();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(highAvailability()).isEmpty());
    assertThat(savepoint).startsWith("s3://sluice/flink/savepoints/savepoint-");
    assertThat(complete("flink/savepoints")).hasSize(1);
    submit(Optional.of(savepoint));
    int again = diary.all("restored").size();
    await().atMost(PATIENCE).until(() -> diary.all("restored").size() > again);
    assertGoesOn();
    assertThat(diary.all("fresh")).as("starts without state").hasSize(1);
    noCredentialIsShown(job.getJobID().toHexString(), key);
  }

  @Test
  void aHomeStaysWithTheStorageThatHoldsItsTables() throws Exception {
    sandbox.choose(Storage.S3);
    sandbox.choose(Storage.DISK);
    assertThat(home.storage()).isEqualTo(Storage.DISK);
    sandbox.choose(Storage.S3);
    Path table = Files.createDirectories(home.bucket().resolve("lake/bronze/trades"));
    Files.writeString(table.resolve("part-0"), "");
    assertThatThrownBy(() -> sandbox.choose(Storage.DISK))
        .isInstanceOf(SandboxException.class)
        .hasMessage(
            "The home %s keeps its tables and the state of its jobs in an object store (--storage s3), and nothing moves from one storage to another: leave out --storage disk, or begin a home with --home DIR.",
            home.root());
    assertThat(sandbox.components()).contains(Component.S3);
    assertThat(sandbox.endpoints().lake()).isEqualTo("s3://sluice/lake");

    sandbox.start(Component.S3);
    Files.delete(table.resolve("part-0"));
    assertThatThrownBy(() -> sandbox.choose(Storage.DISK))
        .hasMessageContaining("stop them with 'sluice down', then start them with --storage disk");
    assertThat(Probe.get(sandbox.endpoints().objects().orElseThrow().endpoint() + "/sluice"))
        .as("to who has no key")
        .isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(ObjectStoreKeys.file(home.secrets()))))
        .isEqualTo("rw-------");
  }

  private Path config() {
    return home.data(Component.S3).resolve("s3proxy.conf");
  }

  /** Neither in an answer of Flink nor in a file, a log or the arguments of a process. */
  private void noCredentialIsShown(String job, Optional<SSLContext> key) throws IOException {
    ObjectStoreKeys keys = home.objectStoreKeys().orElseThrow();
    String manager =
        JSON.readTree(rest("/taskmanagers", key)).path("taskmanagers").get(0).path("id").asText();
    for (String path :
        List.of(
            "/config",
            "/jobmanager/config",
            "/jobmanager/environment",
            "/jobs/" + job,
            "/jobs/" + job + "/config",
            "/jobs/" + job + "/checkpoints",
            "/jobs/" + job + "/checkpoints/config",
            "/jobs/" + job + "/exceptions",
            "/jobs/" + job + "/jobmanager/config",
            "/jobs/" + job + "/jobmanager/environment",
            "/taskmanagers/" + manager,
            "/taskmanagers/" + manager + "/thread-dump")) {
      assertThat(rest(path, key))
          .as(path)
          .isNotEmpty()
          .doesNotContain(keys.secretKey(), keys.accessKey());
    }
    for (Component component : sandbox.components()) {
      if (sandbox.pid(component).isPresent()) {
        Path arguments =
            Path.of("/proc", Long.toString(sandbox.pid(component).getAsLong()), "cmdline");
        assertThat(Files.readString(arguments)).doesNotContain(keys.secretKey(), keys.accessKey());
      }
    }
    List<Path> showing = new ArrayList<>();
    for (Path file : files(home.root())) {
      String text = text(file);
      if (text.contains(keys.secretKey()) || text.contains(keys.accessKey())) {
        showing.add(file);
      }
    }
    assertThat(showing).containsExactlyInAnyOrder(ObjectStoreKeys.file(home.secrets()), config());
  }

  /** All files below a folder; servers make and remove some meanwhile. */
  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path gone, IOException failure)
              throws IOException {
            return skip(failure);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, IOException failure)
              throws IOException {
            return failure == null ? FileVisitResult.CONTINUE : skip(failure);
          }

          private FileVisitResult skip(IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    return files;
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      return "";
    }
  }

  private String rest(String path, Optional<SSLContext> key) {
    return Probe.get(sandbox.endpoints().flinkUrl() + path, key).orElse("");
  }

  private void killBehindItsBack(Component component) {
    ProcessHandle server = ProcessHandle.of(sandbox.pid(component).orElseThrow()).orElseThrow();
    server.destroyForcibly();
    await()
        .until(
            () ->
                sandbox.pid(component).isEmpty()
                    || sandbox.pid(component).getAsLong() != server.pid());
  }

  /** Checks what the last start of the job restored, and that it goes on from there. */
  private void assertGoesOn() throws IOException {
    List<Entry> all = diary.all();
    Entry last = diary.last("restored");
    List<Entry> before = all.subList(0, all.lastIndexOf(last));
    assertThat(last.checkpoint()).isGreaterThanOrEqualTo(highest(before, "completed"));
    assertThat(last.count()).isEqualTo(diary.countOf(last.checkpoint())).isPositive();
    awaitCompleted(highest("snapshot") + 2);
  }

  private void awaitCompleted(long checkpoint) {
    await().atMost(PATIENCE).until(() -> highest("completed") >= checkpoint);
  }

  private long highest(String event) throws IOException {
    return highest(diary.all(), event);
  }

  private static long highest(List<Entry> entries, String event) {
    return entries.stream()
        .filter(entry -> entry.event().equals(event))
        .mapToLong(Entry::checkpoint)
        .max()
        .orElse(-1);
  }

  /** What is complete below a folder of the bucket. */
  private List<Path> complete(String below) throws IOException {
    return files(home.bucket().resolve(below)).stream()
        .filter(path -> path.endsWith("_metadata"))
        .toList();
  }

  /** What kinds of objects high availability has in the bucket. */
  private Set<String> highAvailability() throws IOException {
    Path folder = home.bucket().resolve("flink/ha/sluice");
    return files(folder).stream()
        .map(file -> folder.relativize(file).getName(0).toString())
        .map(name -> name.replaceFirst("[0-9a-f]{12,}$", ""))
        .collect(Collectors.toSet());
  }

  private JobClient submit(Optional<String> savepoint) throws Exception {
    Configuration configuration =
        new Configuration()
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(300));
    Map<String, String> ssl = home.flinkKey().orElseThrow().flinkSettings();
    ssl.forEach(configuration::setString);
    int port = URI.create(sandbox.endpoints().flinkUrl()).getPort();
    // The claim mode of the cluster, which submissions by its REST API have.
    SavepointRestoreSettings restore =
        savepoint
            .map(path -> SavepointRestoreSettings.forPath(path, false, RecoveryClaimMode.LEGACY))
            .orElseGet(SavepointRestoreSettings::none);
    StreamExecutionEnvironment environment =
        new RemoteStreamEnvironment(
            "127.0.0.1",
            port,
            configuration,
            new String[] {CountingJob.jar(root).toString()},
            null,
            restore);
    running = CountingJob.start(environment, diary);
    return running;
  }

  private String stopWithSavepoint() throws Exception {
    String path = running.stopWithSavepoint(false, null, SavepointFormatType.CANONICAL).get();
    await().atMost(PATIENCE).until(() -> running.getJobStatus().get() == JobStatus.FINISHED);
    return path;
  }
}
