package io.sluice.cli.demo;

import io.sluice.cli.platform.Servers;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells the person which servers end and come back during a demo. When one is lost for good it
 * interrupts the demo, which would wait for it in vain.
 */
final class ServerWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 1_000;

  private final Servers servers;
  private final Consumer<String> say;
  private final Thread demo;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "server-watch");
            thread.setDaemon(true);
            return thread;
          });
  private volatile String lost;

  private ServerWatch(Servers servers, Consumer<String> say, Thread demo) {
    this.servers = servers;
    this.say = say;
    this.demo = demo;
  }

  static ServerWatch start(Servers servers, Consumer<String> say, Thread demo) {
    ServerWatch watch = new ServerWatch(servers, say, demo);
    watch.looks.scheduleWithFixedDelay(
        watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return watch;
  }

  /** Why a server is down for good. */
  Optional<String> lost() {
    return Optional.ofNullable(lost);
  }

  private void look() {
    try {
      Servers.Incidents incidents = servers.incidents();
      incidents.lines().forEach(line -> say.accept("  " + line));
      if (lost == null && incidents.lost().isPresent()) {
        lost = incidents.lost().get();
        demo.interrupt();
      }
    } catch (RuntimeException e) {
      say.accept("  The servers cannot be watched: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
