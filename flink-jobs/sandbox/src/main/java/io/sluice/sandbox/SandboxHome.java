package io.sluice.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  /** Root of the tables. */
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

  Path data(Component component) {
    return data().resolve(component.id());
  }

  Path flinkData() {
    return data().resolve("flink");
  }

  Path log(Component component) {
    return logs().resolve(component.id() + ".log");
  }

  Path stateFile() {
    return root.resolve("sandbox.json");
  }

  Path stateLockFile() {
    return root.resolve("sandbox.json.lock");
  }

  /** One line for each unexpected end of a server and for what was done about it. */
  Path watchLog() {
    return logs().resolve("watch.log");
  }

  Path lockFile() {
    return root.resolve("sandbox.lock");
  }

  /**
   * Creates the folders that are missing.
   *
   * @throws SandboxException if the place is not writable or nearly full
   */
  void create() {
    try {
      for (Path folder : List.of(lake(), logs(), checkpoints(), savepoints(), data())) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new SandboxException(
          "The folder %s cannot be written (%s): choose another with --home DIR."
              .formatted(root, Sentences.reason(e)),
          e);
    }
  }

  /** Refuses a disk that would be full within moments. */
  void requireSpace() {
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
