package io.sluice.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
   * @param distFolder the built {@code flink-jobs/sandbox/dist}
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
    dist.require();
    home.create();
    home.requireSpace();
    alone(store -> new Startup(starter(store, progress)).run(List.of(Component.values())));
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
    home.create();
    alone(store -> new Startup(starter(store, Progress.silent())).run(List.of(component)));
  }

  /** Ends one component in order. */
  public void stop(Component component) {
    alone(
        store -> end(store, component, process -> Stopper.stop(process, signal(store, component))));
  }

  /** Kills one component with SIGKILL and returns when it is gone. */
  public void kill(Component component) {
    alone(store -> end(store, component, Stopper::kill));
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
    Ports ports = ports();
    return Arrays.stream(Component.values())
        .map(
            component ->
                new ComponentStatus(
                    component,
                    pid(component).orElse(0),
                    ports.of(component),
                    isReady(component),
                    home.log(component)))
        .toList();
  }

  /** Whether at least one process of the stack runs. */
  public boolean isAnyRunning() {
    return SandboxState.read(home).filter(SandboxState::anyRunning).isPresent();
  }

  /** Where the servers are, or were when they last ran. */
  public Endpoints endpoints() {
    return Endpoints.of(ports(), home);
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
    SandboxState state = store.current();
    if (!state.anyRunning()) {
      Ports ports = options.ports().resolved();
      store.change(before -> before.withPorts(ports));
    }
    return new Starter(new Setting(home, dist, store.current().ports(), options), store, progress);
  }

  private static void end(StateStore store, Component component, Consumer<ServerProcess> action) {
    store.current().running(component).ifPresent(action);
    if (store.current().processes().containsKey(component)) {
      store.change(state -> state.without(component));
    }
  }

  private void alone(Consumer<StateStore> action) {
    oneAction.lock();
    try (HomeLock lock = HomeLock.take(home)) {
      lock.requireHeld();
      SandboxState state =
          SandboxState.read(home).orElse(new SandboxState(options.ports(), Map.of()));
      action.accept(new StateStore(home, state));
    } finally {
      oneAction.unlock();
    }
  }
}
