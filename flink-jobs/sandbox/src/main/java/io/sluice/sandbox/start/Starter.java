package io.sluice.sandbox.start;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.StateStore;
import io.sluice.sandbox.home.Storage;
import io.sluice.sandbox.process.FreePorts;
import io.sluice.sandbox.process.Launch;
import io.sluice.sandbox.process.LogTail;
import io.sluice.sandbox.process.Poll;
import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import io.sluice.sandbox.process.ServerProcess;
import io.sluice.sandbox.server.Server;
import io.sluice.sandbox.server.Setting;
import io.sluice.sandbox.watch.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Starts single components so that they outlive the launcher, and waits until they are ready. */
public final class Starter {

  private static final long LARGEST_LOG = 32L << 20;
  private static final Duration PORT_PATIENCE = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Setting setting;
  private final StateStore store;
  private final Progress progress;
  private final Watchers watchers;
  private final Set<Component> started = EnumSet.noneOf(Component.class);
  private boolean aborted;

  public Starter(Setting setting, StateStore store, Progress progress) {
    this.setting = setting;
    this.store = store;
    this.progress = progress;
    watchers = new Watchers(store, setting.dist());
  }

  /** Starts a component unless it runs, and returns when it answers. */
  void start(Component component) {
    Server server = setting.server(component, progress);
    ServerProcess process = store.current().running(component).orElse(null);
    if (process != null) {
      awaitReady(component, server, process, 0);
      if (store.current().history(component).abandoned()) {
        store.change(state -> state.withHistory(component, History.fresh().nowAnswers()));
      }
      progress.kept(component);
      return;
    }
    progress.starting(component);
    watchers.dismiss(component);
    // Until the process is there, nobody else is to start it.
    store.change(state -> state.withHistory(component, History.fresh().toldToEnd()));
    progress.ready(component, launchAndAwait(component, server));
  }

  /** Starts a component whose process has ended; returns after what time it answered. */
  Duration again(Component component) {
    return launchAndAwait(component, setting.server(component, progress));
  }

  /** Ends everything that this object started, at once, and starts nothing more. */
  void abort() {
    List<Component> victims;
    synchronized (started) {
      aborted = true;
      victims = List.copyOf(started);
    }
    for (Component victim : victims) {
      watchers.dismiss(victim);
      store.current().running(victim).ifPresent(Stopper::kill);
      store.change(state -> state.without(victim));
    }
  }

  private Duration launchAndAwait(Component component, Server server) {
    long begin = System.nanoTime();
    requirePorts(component);
    long logged = rollLog(component);
    awaitObjects(component);
    ServerProcess process = launch(component, server);
    awaitReady(component, server, process, logged);
    store.change(
        state ->
            process.equals(state.processes().get(component))
                ? state.withHistory(component, state.history(component).nowAnswers())
                : state);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** A job that finds its state missing when its JobManager starts would end for good. */
  private void awaitObjects(Component component) {
    if (setting.home().storage() != Storage.S3
        || component != Component.JOBMANAGER && component != Component.TASKMANAGER) {
      return;
    }
    Server objects = setting.server(Component.S3, progress);
    boolean answers =
        Poll.await(
            () -> {
              requireGoingOn();
              return objects.isReady("");
            },
            POLL,
            objects.patience());
    if (!answers) {
      throw new SandboxException(
          "%s waits for %s, which does not answer: see its log %s."
              .formatted(
                  Sentences.capitalised(component.title()),
                  Component.S3.title(),
                  setting.home().log(Component.S3)));
    }
  }

  private void requireGoingOn() {
    synchronized (started) {
      if (aborted) {
        throw new SandboxException("The start was given up.");
      }
    }
  }

  private ServerProcess launch(Component component, Server server) {
    String instance = component.id() + "-" + UUID.randomUUID().toString().substring(0, 8);
    Launch launch;
    try {
      launch = server.prepare(instance);
    } catch (IOException e) {
      throw new SandboxException(
          "The files of %s cannot be written: %s."
              .formatted(component.title(), Sentences.reason(e)),
          e);
    }
    synchronized (started) {
      requireGoingOn();
      started.add(component);
      return watchers.start(component, launch, instance);
    }
  }

  private void awaitReady(Component component, Server server, ServerProcess process, long logged) {
    long end = System.nanoTime() + server.patience().toNanos();
    while (!server.isReady(process.instance())) {
      if (!Processes.isAlive(process)) {
        throw new SandboxException(
            "%s ended while starting: %s (log: %s)."
                .formatted(
                    Sentences.capitalised(component.title()),
                    lastLines(component, logged),
                    setting.home().log(component)));
      }
      if (System.nanoTime() > end) {
        throw new SandboxException(
            "%s does not answer after %d seconds: see its log %s."
                .formatted(
                    Sentences.capitalised(component.title()),
                    server.patience().toSeconds(),
                    setting.home().log(component)));
      }
      Processes.pause(process.pid(), POLL);
    }
    if (!Processes.isAlive(process)) {
      throw new SandboxException(
          "%s ended and something else answers on its port: see its log %s."
              .formatted(Sentences.capitalised(component.title()), setting.home().log(component)));
    }
  }

  private void requirePorts(Component component) {
    setting
        .ports()
        .listenedBy(component)
        .forEach(
            (name, port) -> {
              if (!becomesFree(port)) {
                throw new SandboxException(
                    "Port %d on 127.0.0.1, which %s needs, is taken by another program: end that program, choose another port with --port %s=%d, or let all servers have free ones with --port all=0."
                        .formatted(port, component.title(), name, FreePorts.pick(1)[0]));
              }
            });
  }

  /** A port whose process was killed may stay taken for a moment. */
  private static boolean becomesFree(int port) {
    return Poll.await(() -> FreePorts.isFree(port), POLL, PORT_PATIENCE);
  }

  /** Keeps one former log when it gets long; the size of the current one is the result. */
  private long rollLog(Component component) {
    Path log = setting.home().log(component);
    try {
      long size = Files.exists(log) ? Files.size(log) : 0;
      if (size <= LARGEST_LOG) {
        return size;
      }
      Path former = log.resolveSibling(log.getFileName() + ".1");
      Files.move(log, former, StandardCopyOption.REPLACE_EXISTING);
      return 0;
    } catch (IOException e) {
      throw new SandboxException(
          "The log %s cannot be moved away: %s.".formatted(log, Sentences.reason(e)), e);
    }
  }

  private String lastLines(Component component, long from) {
    return LogTail.of(setting.home().log(component), from);
  }
}
