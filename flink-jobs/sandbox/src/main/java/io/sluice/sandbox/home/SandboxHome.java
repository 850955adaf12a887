package io.sluice.sandbox.home;

import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import io.sluice.sandbox.secrets.FlinkKey;
import io.sluice.sandbox.secrets.MetricsToken;
import io.sluice.sandbox.secrets.ObjectStoreKeys;
import io.sluice.sandbox.secrets.PrivateFiles;
import io.sluice.sandbox.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that holds everything a stack writes.
 *
 * @param root absolute
 */
public record SandboxHome(Path root) {

  /** What an empty stack needs at least until its first event, in bytes. */
  private static final long NEEDED_BYTES = 1L << 30;

  public SandboxHome {
    root = root.toAbsolutePath().normalize();
  }

  /** Root of the tables; of a home with an object store there is none. */
  public Path lake() {
    return root.resolve("lake");
  }

  /** One file per component. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** Checkpoints of all jobs. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Savepoints of all jobs. */
  public Path savepoints() {
    return root.resolve("savepoints");
  }

  /** Files of the servers themselves. */
  public Path data() {
    return root.resolve("data");
  }

  /** Passwords and key of the servers. */
  public Path secrets() {
    return root.resolve("secrets");
  }

  /** The passwords of the servers; empty if they run without, or never ran. */
  public Optional<Secrets> passwords() {
    try {
      return Secrets.read(secrets());
    } catch (IOException e) {
      throw new SandboxException(
          "The passwords of %s cannot be read: %s.".formatted(root, Sentences.reason(e)), e);
    }
  }

  /** What Prometheus shows; empty for a home of an earlier version or a new one. */
  public Optional<MetricsToken> metricsToken() {
    return MetricsToken.read(secrets());
  }

  /** A configuration of Prometheus, written at each start of Flink. */
  public Path prometheusFile() {
    return root.resolve("prometheus.yml");
  }

  /** The key of the Flink cluster; empty if it runs without, or never ran. */
  public Optional<FlinkKey> flinkKey() {
    return FlinkKey.read(secrets());
  }

  /** Where tables and the state of jobs are. */
  public Storage storage() {
    return StorageChoice.of(this).read();
  }

  /** The bucket of the object store, as a folder. */
  public Path bucket() {
    return data(Component.S3).resolve("buckets").resolve(ObjectStore.BUCKET);
  }

  /** The credentials of the object store; empty without one, or if it never ran. */
  public Optional<ObjectStoreKeys> objectStoreKeys() {
    if (storage() != Storage.S3) {
      return Optional.empty();
    }
    try {
      return ObjectStoreKeys.read(secrets());
    } catch (IOException e) {
      throw new SandboxException(
          "The credentials of the object store of %s cannot be read: %s."
              .formatted(root, Sentences.reason(e)),
          e);
    }
  }

  public Path data(Component component) {
    return data().resolve(component.id());
  }

  public Path flinkData() {
    return data().resolve("flink");
  }

  public Path log(Component component) {
    return logs().resolve(component.id() + ".log");
  }

  Path stateFile() {
    return root.resolve("sandbox.json");
  }

  Path stateLockFile() {
    return root.resolve("sandbox.json.lock");
  }

  /** One line for each unexpected end of a server and for what was done about it. */
  public Path watchLog() {
    return logs().resolve("watch.log");
  }

  Path storageFile() {
    return root.resolve("storage");
  }

  Path lockFile() {
    return root.resolve("sandbox.lock");
  }

  /**
   * Creates the folders that are missing; nobody else can enter any of them.
   *
   * @throws SandboxException if the place is not writable or another user's
   */
  public void create(Progress progress) {
    try {
      if (PrivateFiles.isOpen(root) && !isHome()) {
        throw new SandboxException(
            "The folder %s holds other things and is open to other users, whom a home would shut out: choose a folder of its own with --home DIR, such as %s."
                .formatted(root, root.resolve(".sluice")));
      }
      if (PrivateFiles.folder(root)) {
        progress.note("The folder %s was open to other users; now it is not".formatted(root));
      }
      List<Path> folders = new ArrayList<>(List.of(logs(), data()));
      if (storage() == Storage.DISK) {
        folders.addAll(List.of(lake(), checkpoints(), savepoints()));
      }
      for (Path folder : folders) {
        PrivateFiles.folder(folder);
      }
    } catch (IOException e) {
      throw new SandboxException(
          "The folder %s cannot be written (%s): choose another with --home DIR."
              .formatted(root, Sentences.reason(e)),
          e);
    }
  }

  /**
   * Whether the folder has nothing in it but what a home has; the launcher makes the logs first.
   */
  private boolean isHome() throws IOException {
    if (Files.exists(stateFile())
        || Files.exists(storageFile())
        || Files.exists(lake()) && Files.exists(checkpoints())) {
      return true;
    }
    try (Stream<Path> found = Files.list(root)) {
      return found.allMatch(logs()::equals);
    }
  }

  /** Refuses a disk that would be full within moments. */
  public void requireSpace() {
    try {
      long usable = Files.getFileStore(root).getUsableSpace();
      if (usable < NEEDED_BYTES) {
        throw new SandboxException(
            "The disk under %s is full (%d MB left, %d MB needed): free some space or choose another place with --home DIR."
                .formatted(root, usable >> 20, NEEDED_BYTES >> 20));
      }
    } catch (IOException e) {
      throw new SandboxException(
          "The free space under %s cannot be read: %s.".formatted(root, Sentences.reason(e)), e);
    }
  }
}
