package io.sluice.sandbox.home;

import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import io.sluice.sandbox.secrets.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The storage of a home, which its file {@code storage} names; homes without that file keep all on
 * disk. It is chosen before there is anything: nothing moves from one storage to the other.
 */
public final class StorageChoice {

  private final SandboxHome home;

  private StorageChoice(SandboxHome home) {
    this.home = home;
  }

  /** That of a home. */
  public static StorageChoice of(SandboxHome home) {
    return new StorageChoice(home);
  }

  Storage read() {
    Path file = home.storageFile();
    if (Files.notExists(file)) {
      return Storage.DISK;
    }
    try {
      String name = Files.readString(file).strip();
      for (Storage storage : Storage.values()) {
        if (storage.id().equals(name)) {
          return storage;
        }
      }
      throw new SandboxException(
          "The file %s says '%s': it names the storage of the home, disk or s3."
              .formatted(file, name));
    } catch (IOException e) {
      throw new SandboxException(
          "The file %s cannot be read: %s.".formatted(file, Sentences.reason(e)), e);
    }
  }

  /**
   * Chooses the storage; nothing happens if it is that already.
   *
   * @param running whether servers of the home run
   * @throws SandboxException if the home has tables or state of jobs in another one, or if servers
   *     run that were started for it
   */
  public void choose(Storage storage, boolean running) {
    Storage now = read();
    if (now == storage) {
      return;
    }
    try {
      if (isUsed(now)) {
        throw new SandboxException(
            "The home %s keeps its tables and the state of its jobs %s (--storage %s), and nothing moves from one storage to another: leave out --storage %s, or begin a home with --home DIR."
                .formatted(home.root(), now.place(), now.id(), storage.id()));
      }
      if (running) {
        throw new SandboxException(
            "The servers of %s were started with --storage %s: stop them with 'sluice down', then start them with --storage %s."
                .formatted(home.root(), now.id(), storage.id()));
      }
      if (storage == Storage.S3) {
        for (Path folder : folders(Storage.DISK)) {
          removeEmpty(folder);
        }
      }
      PrivateFiles.write(home.storageFile(), storage.id() + "\n");
    } catch (IOException e) {
      throw new SandboxException(
          "The storage of the home %s cannot be chosen: %s."
              .formatted(home.root(), Sentences.reason(e)),
          e);
    }
  }

  private List<Path> folders(Storage storage) {
    return storage == Storage.S3
        ? List.of(home.bucket())
        : List.of(home.lake(), home.checkpoints(), home.savepoints());
  }

  private boolean isUsed(Storage storage) throws IOException {
    for (Path folder : folders(storage)) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.walk(folder)) {
          if (all.anyMatch(Files::isRegularFile)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Folders of ended jobs without a file in them may stand there. */
  private static void removeEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
