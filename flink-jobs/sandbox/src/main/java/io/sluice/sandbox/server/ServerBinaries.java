package io.sluice.sandbox.server;

import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.process.Commands;
import io.sluice.sandbox.process.Folders;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.TarArchive;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Programs that are no Java: unpacked once, beside the built tree or, if that is read-only, in the
 * home.
 */
public final class ServerBinaries {

  private static final Object ONE_AT_A_TIME = new Object();

  private final Setting setting;
  private final Progress progress;

  public ServerBinaries(Setting setting, Progress progress) {
    this.setting = setting;
    this.progress = progress;
  }

  /** Folder of PostgreSQL with {@code bin}, {@code lib} and {@code share}. */
  public Path postgres() throws IOException {
    String machine = isArm() ? "arm_64" : "x86_64";
    Path archive = DistFolder.only(setting.dist().binaries(), "postgres-linux-", machine + ".txz");
    return unpackedOnce(
        "postgres-" + machine,
        draft -> {
          progress.note("Unpacking PostgreSQL");
          new TarArchive(archive, draft, TarArchive.MOST_BYTES).unpack();
        });
  }

  /** The program of Redis: the packed one or, if it does not run here, that of the system. */
  String redis() throws IOException {
    String machine = isArm() ? "arm64" : "amd64";
    Path packed = DistFolder.only(setting.dist().binaries(), "redis-server-", "-linux-" + machine);
    Path folder =
        unpackedOnce(
            "redis-" + machine,
            draft -> {
              Path program = draft.resolve("redis-server");
              Files.copy(packed, program);
              makeExecutable(program);
            });
    String program = folder.resolve("redis-server").toString();
    Commands.Result version = Commands.tryRun(List.of(program, "--version"), Map.of(), "");
    if (version.succeeded()) {
      return program;
    }
    Commands.Result own =
        Commands.tryRun(List.of("sh", "-c", "command -v redis-server"), Map.of(), "");
    if (own.succeeded()) {
      return own.lastLine();
    }
    throw new SandboxException(
        "The packed Redis does not run here (%s): install OpenSSL 3 (libssl.so.3) or a redis-server on the PATH."
            .formatted(version.lastLine()));
  }

  private interface Unpacking {
    void into(Path draft) throws IOException;
  }

  /** A folder that is either absent or complete, also when two stacks start at once. */
  private Path unpackedOnce(String name, Unpacking unpacking) throws IOException {
    Path shared = setting.dist().unpacked();
    if (Files.isDirectory(shared.resolve(name))) {
      return shared.resolve(name);
    }
    Path parent = isWritable(shared) ? shared : setting.home().data().resolve("unpacked");
    Files.createDirectories(parent);
    Path folder = parent.resolve(name);
    synchronized (ONE_AT_A_TIME) {
      Path lockFile = parent.resolve(name + ".lock");
      try (RandomAccessFile file = new RandomAccessFile(lockFile.toFile(), "rw");
          FileLock lock = file.getChannel().lock()) {
        if (lock.isValid() && !Files.isDirectory(folder)) {
          Path draft = Folders.empty(parent.resolve(name + ".draft"));
          unpacking.into(draft);
          Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
    return folder;
  }

  private static boolean isWritable(Path folder) {
    return Files.isWritable(Files.exists(folder) ? folder : folder.getParent());
  }

  private static void makeExecutable(Path file) throws IOException {
    if (!file.toFile().setExecutable(true, false)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  private static boolean isArm() {
    String machine = Commands.run(List.of("uname", "-m"), "the machine's name").strip();
    return machine.equals("aarch64") || machine.equals("arm64");
  }
}
