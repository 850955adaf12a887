package io.sluice.sandbox.server;

import io.sluice.sandbox.process.Launch;
import java.io.IOException;
import java.time.Duration;

/** What is particular about one component: its files, its command and when it is ready. */
public interface Server {

  /**
   * Writes the files that the process reads and tells its command.
   *
   * @param instance a name that is new at each start
   */
  Launch prepare(String instance) throws IOException;

  /** Whether the server answers its clients; trouble with the connection means no. */
  boolean isReady(String instance);

  /** The signal that ends the process in order. */
  default String stopSignal() {
    return "TERM";
  }

  /** How long a start may take on a busy machine. */
  default Duration patience() {
    return Duration.ofSeconds(120);
  }
}
