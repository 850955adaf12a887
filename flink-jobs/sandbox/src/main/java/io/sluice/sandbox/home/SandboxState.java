package io.sluice.sandbox.home;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import io.sluice.sandbox.process.ServerProcess;
import io.sluice.sandbox.watch.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one launcher leaves for the next, and for those who watch the servers.
 *
 * @param ports where the servers listen, or listened last
 * @param processes what was started and not yet stopped; it may be dead
 * @param watchers processes that wait for the end of a server or are starting it again; some may be
 *     dead
 * @param histories what became of each server since it was last started by a launcher
 * @param options those of the last start
 */
public record SandboxState(
    Ports ports,
    Map<Component, ServerProcess> processes,
    Map<Component, List<ServerProcess>> watchers,
    Map<Component, History> histories,
    SandboxOptions options) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public SandboxState {
    processes = Map.copyOf(processes);
    // Files that were written before servers were watched lack the rest.
    watchers = watchers == null ? Map.of() : Map.copyOf(watchers);
    histories = histories == null ? Map.of() : Map.copyOf(histories);
    options = options == null ? SandboxOptions.standard() : options;
  }

  /** Of a home in which nothing was ever started. */
  public static SandboxState empty(SandboxOptions options) {
    return new SandboxState(options.ports(), Map.of(), Map.of(), Map.of(), options);
  }

  /** The state of a home; empty if nothing was ever started there. */
  public static Optional<SandboxState> read(SandboxHome home) {
    Path file = home.stateFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), SandboxState.class));
    } catch (IOException e) {
      throw new SandboxException(
          "The state file %s cannot be read (%s): end the processes it names by hand and delete it."
              .formatted(file, Sentences.reason(e).lines().findFirst().orElse("")),
          e);
    }
  }

  /** Replaces the state of a home in one step. */
  void write(SandboxHome home) {
    Path draft = home.stateFile().resolveSibling("sandbox.json.draft");
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), this);
      Files.move(
          draft,
          home.stateFile(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SandboxException(
          "The state file %s cannot be written: %s."
              .formatted(home.stateFile(), Sentences.reason(e)),
          e);
    }
  }

  public SandboxState with(Component component, ServerProcess process) {
    return new SandboxState(
        ports, replaced(processes, component, process), watchers, histories, options);
  }

  /** Without the process, those who watch it and what became of it. */
  public SandboxState without(Component component) {
    Map<Component, ServerProcess> others = copy(processes);
    others.remove(component);
    Map<Component, History> otherHistories = copy(histories);
    otherHistories.remove(component);
    return new SandboxState(ports, others, watchers, otherHistories, options)
        .withWatchers(component, List.of());
  }

  public SandboxState withWatchers(Component component, List<ServerProcess> others) {
    return new SandboxState(
        ports, processes, replaced(watchers, component, others), histories, options);
  }

  public SandboxState withHistory(Component component, History history) {
    return new SandboxState(
        ports, processes, watchers, replaced(histories, component, history), options);
  }

  public SandboxState withPorts(Ports other) {
    return new SandboxState(other, processes, watchers, histories, options);
  }

  public SandboxState withOptions(SandboxOptions others) {
    return new SandboxState(ports, processes, watchers, histories, others);
  }

  /** Those that still live. */
  public List<ServerProcess> liveWatchers(Component component) {
    return watchers.getOrDefault(component, List.of()).stream().filter(Processes::isAlive).toList();
  }

  /** Whether a server that is to run has nobody who waits for its end or starts it again. */
  public boolean isUnwatched(Component component) {
    return processes.containsKey(component)
        && !history(component).abandoned()
        && liveWatchers(component).isEmpty();
  }

  public History history(Component component) {
    return histories.getOrDefault(component, History.fresh());
  }

  private static <V> Map<Component, V> replaced(
      Map<Component, V> map, Component component, V value) {
    Map<Component, V> changed = copy(map);
    changed.put(component, value);
    return changed;
  }

  private static <V> Map<Component, V> copy(Map<Component, V> map) {
    Map<Component, V> changed = new EnumMap<>(Component.class);
    changed.putAll(map);
    return changed;
  }

  /** The process of a component if it still runs. */
  public Optional<ServerProcess> running(Component component) {
    return Optional.ofNullable(processes.get(component)).filter(Processes::isAlive);
  }

  /** Whether a server runs or is being started again. */
  public boolean anyRunning() {
    return processes.values().stream().anyMatch(Processes::isAlive)
        || watchers.values().stream().flatMap(List::stream).anyMatch(Processes::isAlive);
  }
}
