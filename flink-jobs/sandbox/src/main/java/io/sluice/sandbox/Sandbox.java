package io.sluice.sandbox;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.ComponentStatus;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.HomeLock;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.SandboxState;
import io.sluice.sandbox.home.StateStore;
import io.sluice.sandbox.home.Storage;
import io.sluice.sandbox.home.StorageChoice;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.ServerProcess;
import io.sluice.sandbox.secrets.Secrets;
import io.sluice.sandbox.server.Server;
import io.sluice.sandbox.server.Setting;
import io.sluice.sandbox.start.NewSecrets;
import io.sluice.sandbox.start.Starter;
import io.sluice.sandbox.start.Startup;
import io.sluice.sandbox.start.Stopper;
import io.sluice.sandbox.start.Watchers;
import io.sluice.sandbox.watch.History;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The local stack: a Kafka broker, a schema registry, Redis, PostgreSQL and a Flink cluster, each a
 * process of its own on 127.0.0.1. The processes outlive the launcher; a state file in the home
 * lets another launcher find them. All failures are {@link SandboxException}s of one sentence.
 */
public final class Sandbox {

  private final SandboxHome home;
  private final DistFolder dist;
  private final SandboxOptions options;
  private final ReentrantLock oneAction = new ReentrantLock();

  private Sandbox(SandboxHome home, DistFolder dist, SandboxOptions options) {
    this.home = home;
    this.dist = dist;
    this.options = options;
  }

  /**
   * The stack of a home, running or not.
   *
   * @param distFolder the servers' files, see {@link DistFolder}
   */
  public static Sandbox open(SandboxHome home, Path distFolder, SandboxOptions options) {
    return new Sandbox(home, new DistFolder(distFolder), options);
  }

  /** The folder of this stack. */
  public SandboxHome home() {
    return home;
  }

  /**
   * Starts what does not run and returns when everything answers. If it fails, what it started is
   * gone again. While anything runs, its ports stay, whatever the options say.
   */
  public void up(Progress progress) {
    up(home.storage(), progress);
  }

  /**
   * Starts what does not run, with the tables and the state of jobs in this storage.
   *
   * @throws SandboxException if the home has some in another one
   */
  public void up(Storage storage, Progress progress) {
    dist.require();
    home.create(progress);
    home.requireSpace();
    alone(
        store -> {
          StorageChoice.of(home).choose(storage, store.current().anyRunning());
          new Startup(starter(store, progress)).run(components());
          new Watchers(store, dist).complete();
        });
  }

  /**
   * Chooses where a home without tables keeps them, and the state of its jobs.
   *
   * @throws SandboxException if it has some in another storage
   */
  public void choose(Storage storage) {
    home.create(Progress.silent());
    alone(store -> StorageChoice.of(home).choose(storage, store.current().anyRunning()));
  }

  /** What this home consists of, in the order of starting. */
  public List<Component> components() {
    return Arrays.stream(Component.values())
        .filter(component -> component != Component.S3 || home.storage() == Storage.S3)
        .toList();
  }

  /** Ends everything, in reverse order; what does not end in order is killed. */
  public void down(Progress progress) {
    if (SandboxState.read(home).isEmpty()) {
      return;
    }
    List<Component> reversed = new ArrayList<>(Arrays.asList(Component.values()));
    Collections.reverse(reversed);
    alone(
        store -> {
          for (Component component : reversed) {
            boolean runs = store.current().running(component).isPresent();
            if (runs) {
              progress.stopping(component);
            }
            end(store, component, process -> Stopper.stop(process, signal(store, component)));
            if (runs) {
              progress.stopped(component);
            }
          }
        });
  }

  /** Starts one component and returns when it answers; nothing happens if it runs and answers. */
  public void start(Component component) {
    home.create(Progress.silent());
    alone(store -> new Startup(starter(store, Progress.silent())).run(List.of(component)));
  }

  /** Ends one component in order. */
  public void stop(Component component) {
    alone(
        store -> end(store, component, process -> Stopper.stop(process, signal(store, component))));
  }

  /** Kills one component with SIGKILL and returns when it is gone; it is not started again. */
  public void kill(Component component) {
    alone(store -> end(store, component, Stopper::kill));
  }

  /**
   * Sees to it that every server that was started is watched, also when the process that watched it
   * was killed. Does nothing while another launcher is at work or nothing was started.
   */
  public void watch() {
    SandboxState.read(home)
        .filter(state -> Arrays.stream(Component.values()).anyMatch(state::isUnwatched))
        .ifPresent(state -> new Watchers(new StateStore(home, options), dist).complete());
  }

  /** What became of a component since a launcher last started it. */
  public History history(Component component) {
    return SandboxState.read(home).map(state -> state.history(component)).orElseGet(History::fresh);
  }

  /** The log file of a component. */
  public Path log(Component component) {
    return home.log(component);
  }

  /** One line for each unexpected end of a server and for what was done about it. */
  public Path watchLog() {
    return home.watchLog();
  }

  /** The process of a component, if it runs. */
  public OptionalLong pid(Component component) {
    return running(component).stream().mapToLong(ServerProcess::pid).findFirst();
  }

  /** Whether a component runs and answers its clients. */
  public boolean isReady(Component component) {
    return running(component)
        .filter(process -> server(component).isReady(process.instance()))
        .isPresent();
  }

  /** All components in the order of starting. */
  public List<ComponentStatus> status() {
    SandboxState state = SandboxState.read(home).orElseGet(() -> SandboxState.empty(options));
    return components().stream()
        .map(
            component ->
                new ComponentStatus(
                    component,
                    pid(component).orElse(0),
                    state.ports().of(component),
                    isReady(component),
                    home.log(component),
                    state.history(component),
                    !state.liveWatchers(component).isEmpty()))
        .toList();
  }

  /** Whether at least one process of the stack runs. */
  public boolean isAnyRunning() {
    return SandboxState.read(home).filter(SandboxState::anyRunning).isPresent();
  }

  /** Where the servers are, or were when they last ran. */
  public Endpoints endpoints() {
    return Endpoints.of(ports(), home, home.passwords());
  }

  /**
   * The endpoints with the passwords of who may do everything in Redis and PostgreSQL, which no job
   * has.
   */
  public Endpoints ownersEndpoints() {
    Secrets secrets =
        home.passwords()
            .orElseThrow(
                () ->
                    new SandboxException(
                        "The home %s has no passwords yet: start it with 'sluice up'."
                            .formatted(home.root())));
    return Endpoints.ofOwner(ports(), home, secrets);
  }

  /** The ports in use or, if nothing was ever started, those of the options. */
  public Ports ports() {
    return SandboxState.read(home).map(SandboxState::ports).orElse(options.ports());
  }

  private Optional<ServerProcess> running(Component component) {
    return SandboxState.read(home).flatMap(state -> state.running(component));
  }

  private Server server(Component component) {
    return new Setting(home, dist, ports(), options).server(component, Progress.silent());
  }

  private String signal(StateStore store, Component component) {
    return new Setting(home, dist, store.current().ports(), options)
        .server(component, Progress.silent())
        .stopSignal();
  }

  private Starter starter(StateStore store, Progress progress) {
    NewSecrets.require(home, store.current().anyRunning(), progress);
    store.change(
        before ->
            (before.anyRunning() ? before : before.withPorts(options.ports().resolved()))
                .withOptions(options));
    return new Starter(new Setting(home, dist, store.current().ports(), options), store, progress);
  }

  private void end(StateStore store, Component component, Consumer<ServerProcess> action) {
    new Watchers(store, dist).dismiss(component);
    store.current().running(component).ifPresent(action);
    store.change(state -> state.without(component));
  }

  private void alone(Consumer<StateStore> action) {
    oneAction.lock();
    try (HomeLock lock = HomeLock.take(home)) {
      lock.requireHeld();
      action.accept(new StateStore(home, options));
    } finally {
      oneAction.unlock();
    }
  }
}
