package io.sluice.sandbox;

import java.nio.file.Path;

/**
 * What a component does at this moment.
 *
 * @param pid number of its process, 0 if it does not run
 * @param port where clients reach it; 0 for the TaskManager
 * @param ready whether it answers; false if it does not run
 * @param log its log file
 */
public record ComponentStatus(Component component, long pid, int port, boolean ready, Path log) {

  /** Whether its process lives. */
  public boolean isRunning() {
    return pid != 0;
  }
}
