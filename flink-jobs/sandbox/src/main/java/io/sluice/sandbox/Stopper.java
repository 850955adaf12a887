package io.sluice.sandbox;

import java.time.Duration;
import java.util.List;

/** Ends processes with all that they started. */
final class Stopper {

  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Duration LAST_WAIT = Duration.ofSeconds(10);
  private static final Duration CHILDREN_GRACE = Duration.ofSeconds(2);

  private Stopper() {}

  /** Asks the process to end in order; what still runs after a while is killed. */
  static void stop(ServerProcess process, String signal) {
    List<ServerProcess> tree = Processes.tree(process);
    Processes.signal(process, signal);
    Processes.awaitEnd(process, GRACE);
    tree.forEach(child -> Processes.awaitEnd(child, CHILDREN_GRACE));
    kill(tree);
  }

  /** Kills the process and what it started. */
  static void kill(ServerProcess process) {
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
