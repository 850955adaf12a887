package io.sluice.sandbox.home;

import io.sluice.sandbox.watch.History;
import java.nio.file.Path;

/**
 * What a component does at this moment.
 *
 * @param pid number of its process, 0 if it does not run
 * @param port where clients reach it; 0 for the TaskManager
 * @param ready whether it answers; false if it does not run
 * @param log its log file
 * @param history unexpected ends since somebody started it
 * @param watched whether somebody waits for its end or is starting it again
 */
public record ComponentStatus(
    Component component,
    long pid,
    int port,
    boolean ready,
    Path log,
    History history,
    boolean watched) {

  /** Whether its process lives. */
  public boolean isRunning() {
    return pid != 0;
  }
}
