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
import java.util.regex.Pattern;

/**
 * Programs that are no Java: unpacked once, beside the other files of the servers or, if that place
 * is read-only or has a name that PostgreSQL cannot live with, in the home.
 */
public final class ServerBinaries {

  private static final Object ONE_AT_A_TIME = new Object();

  /** PostgreSQL's programs start each other by a shell, which reads these within quotes, too. */
  private static final Pattern READ_BY_A_SHELL = Pattern.compile("[$`\"\\\\]");

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
    if (isPlain(shared) && Files.isDirectory(shared.resolve(name))) {
      return shared.resolve(name);
    }
    Path own = setting.home().data().resolve("unpacked");
    Path parent = isPlain(shared) && isWritable(shared) ? shared : requirePlain(own);
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

  private static boolean isPlain(Path folder) {
    return !READ_BY_A_SHELL.matcher(folder.toString()).find();
  }

  private static Path requirePlain(Path folder) {
    if (!isPlain(folder)) {
      throw new SandboxException(
          "PostgreSQL cannot be unpacked into %s: its programs start each other by a shell, which reads $, `, \" and \\ in that name as its own. Choose another home: --home DIR"
              .formatted(folder));
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
