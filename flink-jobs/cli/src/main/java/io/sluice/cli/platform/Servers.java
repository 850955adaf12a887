package io.sluice.cli.platform;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The server processes of one home. */
public interface Servers {

  /**
   * One server.
   *
   * @param name such as {@code kafka}
   * @param pid empty when it does not run
   * @param port empty when it listens on none or does not run
   */
  record Component(String name, Optional<Long> pid, Optional<Integer> port) {
    /** Whether the process is there. */
    public boolean running() {
      return pid.isPresent();
    }
  }

  /**
   * Starts what does not run and returns when everything answers.
   *
   * @param progress is told each step in a few words
   */
  Endpoints up(Consumer<String> progress) throws InterruptedException;

  /** Stops what this home started; nothing happens when nothing runs. */
  void down(Consumer<String> progress) throws InterruptedException;

  /** All servers, running or not. */
  List<Component> components();

  /** Where the running servers answer, empty when they were not started. */
  Optional<Endpoints> endpoints();
}
