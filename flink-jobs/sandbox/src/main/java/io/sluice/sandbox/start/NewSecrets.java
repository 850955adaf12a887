package io.sluice.sandbox.start;

import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.Storage;
import io.sluice.sandbox.process.Commands;
import io.sluice.sandbox.process.JavaCommand;
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
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The passwords and keys of a home, made before its first server starts. Running servers keep what
 * they were started with.
 */
public final class NewSecrets {

  private NewSecrets() {}

  /** Makes what a home lacks, or says that it waits until no server runs. */
  public static void require(SandboxHome home, boolean running, Progress progress) {
    requireToken(home);
    if (hasAll(home)) {
      return;
    }
    if (running) {
      progress.note(
          "The servers of this home run without passwords, as an earlier version started them: 'sluice down' and 'sluice up' give them some");
      return;
    }
    try {
      if (home.passwords().isEmpty()) {
        Secrets.create(home.secrets());
      }
      if (home.storage() == Storage.S3 && home.objectStoreKeys().isEmpty()) {
        ObjectStoreKeys.create(home.secrets());
      }
      if (home.flinkKey().isEmpty()) {
        makeKey(FlinkKey.file(home.secrets()));
      }
    } catch (IOException e) {
      throw new SandboxException(
          "The passwords of %s cannot be written: %s.".formatted(home.root(), Sentences.reason(e)),
          e);
    }
  }

  /** Running servers go on without one. */
  private static void requireToken(SandboxHome home) {
    try {
      if (home.metricsToken().isEmpty()) {
        MetricsToken.create(home.secrets());
      }
    } catch (IOException e) {
      throw new SandboxException(
          "The token for the metrics of %s cannot be written: %s."
              .formatted(home.root(), Sentences.reason(e)),
          e);
    }
  }

  private static boolean hasAll(SandboxHome home) {
    return home.passwords().isPresent()
        && home.flinkKey().isPresent()
        && (home.storage() == Storage.DISK || home.objectStoreKeys().isPresent());
  }

  private static void makeKey(Path file) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    Commands.Result made =
        Commands.tryRun(FlinkKey.keytool(Path.of(JavaCommand.program()), draft), Map.of(), "");
    if (!made.succeeded()) {
      throw new SandboxException("The key of Flink cannot be made: " + made.lastLine() + ".");
    }
    PrivateFiles.close(draft);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
