package io.sluice.sandbox.start;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.SandboxState;
import io.sluice.sandbox.home.StateStore;
import io.sluice.sandbox.process.Commands;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.process.Launch;
import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.ServerProcess;
import io.sluice.sandbox.watch.Keeper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts servers so that somebody waits for their end, and keeps the record of who does. */
public final class Watchers {

  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private final StateStore store;
  private final DistFolder dist;

  public Watchers(StateStore store, DistFolder dist) {
    this.store = store;
    this.dist = dist;
  }

  /** Starts a server under a keeper of its own and records both; former watchers end. */
  ServerProcess start(Component component, Launch launch, String instance) {
    List<ServerProcess> started = new ArrayList<>();
    store.exclusively(
        () -> {
          retire(component);
          ProcessBuilder builder =
              builder(
                  Keeper.starting(
                      launch.command(),
                      store.home().log(component),
                      store.home().watchLog(),
                      reviver(component, instance)),
                  component);
          builder.directory(launch.folder().toFile()).environment().putAll(launch.environment());
          Process keeper = Commands.start(builder, "setsid");
          long pid = firstLine(keeper, component);
          ServerProcess server = process(pid, instance);
          long from = store.home().log(component).toFile().length();
          store.change(
              state ->
                  state
                      .with(component, server)
                      .withHistory(component, state.history(component).started(from)));
          add(component, process(keeper.pid(), instance));
          started.add(server);
        });
    return started.get(0);
  }

  /** Puts a keeper beside each server whose own was killed. */
  public void complete() {
    SandboxState state = store.current();
    for (Component component : Component.values()) {
      if (state.isUnwatched(component)) {
        store.exclusively(() -> adopt(component));
      }
    }
  }

  /** Ends those who watch a component: it stays as it is until {@link #start} or its removal. */
  public void dismiss(Component component) {
    store.exclusively(
        () -> {
          retire(component);
          store.change(state -> state.withHistory(component, state.history(component).toldToEnd()));
        });
  }

  private void adopt(Component component) {
    SandboxState state = store.current();
    if (!state.isUnwatched(component)) {
      return;
    }
    ServerProcess server = state.processes().get(component);
    String tick = server.start().substring(server.start().indexOf('/') + 1);
    List<String> command =
        Keeper.adopting(
            server.pid(), tick, store.home().watchLog(), reviver(component, server.instance()));
    ProcessBuilder builder =
        builder(command, component)
            .directory(store.home().root().toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long pid = Commands.start(builder, "setsid").pid();
    add(component, process(pid, server.instance()));
  }

  /** A reviver that starts its server again is a watcher until that server answers. */
  private void retire(Component component) {
    long self = ProcessHandle.current().pid();
    List<ServerProcess> others =
        store.current().liveWatchers(component).stream()
            .filter(watcher -> watcher.pid() != self)
            .toList();
    for (ServerProcess watcher : others) {
      Processes.signal(watcher, "KILL");
      if (!Processes.awaitEnd(watcher, LONGEST_END)) {
        throw new SandboxException(
            "Process %d, which watches %s, does not end although it was killed: end it by hand."
                .formatted(watcher.pid(), component.title()));
      }
    }
  }

  private void add(Component component, ServerProcess watcher) {
    store.change(
        state -> {
          List<ServerProcess> all = new ArrayList<>(state.liveWatchers(component));
          all.add(watcher);
          return state.withWatchers(component, all);
        });
  }

  private List<String> reviver(Component component, String instance) {
    return JavaCommand.of(
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        System.getProperty("java.class.path"),
        Reviver.class.getName(),
        store.home().root().toString(),
        dist.root().toString(),
        component.name(),
        instance);
  }

  private ProcessBuilder builder(List<String> command, Component component) {
    return Commands.builder(command)
        .redirectInput(new File("/dev/null"))
        .redirectError(ProcessBuilder.Redirect.appendTo(store.home().log(component).toFile()));
  }

  private static long firstLine(Process keeper, Component component) {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(keeper.getInputStream(), StandardCharsets.US_ASCII))) {
      return Long.parseLong(String.valueOf(output.readLine()));
    } catch (IOException | NumberFormatException e) {
      throw new SandboxException(
          "The shell that starts %s does not tell its process: %s."
              .formatted(component.title(), e.getMessage()),
          e);
    }
  }

  private static ServerProcess process(long pid, String instance) {
    return new ServerProcess(pid, Processes.mark(pid).orElse(""), instance);
  }
}
