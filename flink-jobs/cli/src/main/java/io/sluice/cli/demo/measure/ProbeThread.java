package io.sluice.cli.demo.measure;

import io.sluice.cli.text.CommandFailure;

/** Looks at something again and again until it is stopped, in a thread of its own. */
final class ProbeThread {
  private final Thread thread;
  private volatile boolean stopped;
  private volatile RuntimeException failure;

  /**
   * Starts looking.
   *
   * @param pause returns when it is time for the next look, soon in any case
   */
  ProbeThread(String name, Runnable look, Runnable pause) {
    thread =
        new Thread(
            () -> {
              try {
                while (!stopped) {
                  look.run();
                  pause.run();
                }
              } catch (RuntimeException e) {
                failure = e;
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Ends the thread; what it saw may be read afterwards.
   *
   * @throws CommandFailure when it has failed before
   */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    if (failure != null) {
      throw new CommandFailure(
          "The measurement %s failed: %s.".formatted(thread.getName(), failure.getMessage()),
          failure);
    }
  }
}
