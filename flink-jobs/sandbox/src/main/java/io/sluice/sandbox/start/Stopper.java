package io.sluice.sandbox.start;

import io.sluice.sandbox.cds.ClassArchive;
import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends processes with all that they started. */
public final class Stopper {

  private static final Logger LOG = LoggerFactory.getLogger(Stopper.class);
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** Takes seconds; a minute where others need the processor, too. */
  private static final Duration ARCHIVING = Duration.ofSeconds(60);

  private static final Duration LAST_WAIT = Duration.ofSeconds(10);
  private static final Duration CHILDREN_GRACE = Duration.ofSeconds(2);

  private Stopper() {}

  /**
   * Asks the process to end in order; what still runs after a while is killed. A JVM that archives
   * its classes at its end gets the time for it.
   */
  public static void stop(ServerProcess process, String signal) {
    Optional<Path> draft = ClassArchive.draftOf(process.pid());
    List<ServerProcess> tree = Processes.tree(process);
    Processes.signal(process, signal);
    boolean inOrder = Processes.awaitEnd(process, draft.isPresent() ? ARCHIVING : GRACE);
    end(tree);
    draft.ifPresent(file -> publish(file, inOrder));
  }

  /** Without an archive the next start takes longer, which is no reason to stop nothing more. */
  private static void publish(Path draft, boolean inOrder) {
    try {
      ClassArchive.publish(draft, inOrder);
    } catch (IOException e) {
      LOG.warn("The archive of classes {} cannot be kept.", draft, e);
    }
  }

  private static void end(List<ServerProcess> tree) {
    tree.forEach(child -> Processes.awaitEnd(child, CHILDREN_GRACE));
    kill(tree);
  }

  /** Kills the process and what it started. */
  public static void kill(ServerProcess process) {
    kill(Processes.tree(process));
  }

  private static void kill(List<ServerProcess> tree) {
    tree.forEach(victim -> Processes.signal(victim, "KILL"));
    for (ServerProcess victim : tree) {
      if (!Processes.awaitEnd(victim, LAST_WAIT)) {
        throw new SandboxException(
            "Process %d (%s) does not end although it was killed: end it by hand."
                .formatted(victim.pid(), victim.instance()));
      }
    }
  }
}
