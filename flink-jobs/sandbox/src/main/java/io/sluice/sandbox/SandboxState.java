package io.sluice.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one launcher leaves for the next: the ports and the processes.
 *
 * @param ports where the servers listen, or listened last
 * @param processes what was started and not yet stopped; it may be dead
 */
record SandboxState(Ports ports, Map<Component, ServerProcess> processes) {

  private static final ObjectMapper JSON = new ObjectMapper();

  SandboxState {
    processes = Map.copyOf(processes);
  }

  /** The state of a home; empty if nothing was ever started there. */
  static Optional<SandboxState> read(SandboxHome home) {
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

  SandboxState with(Component component, ServerProcess process) {
    Map<Component, ServerProcess> changed = new EnumMap<>(Component.class);
    changed.putAll(processes);
    changed.put(component, process);
    return new SandboxState(ports, changed);
  }

  SandboxState without(Component component) {
    Map<Component, ServerProcess> changed = new EnumMap<>(Component.class);
    changed.putAll(processes);
    changed.remove(component);
    return new SandboxState(ports, changed);
  }

  SandboxState withPorts(Ports other) {
    return new SandboxState(other, processes);
  }

  /** The process of a component if it still runs. */
  Optional<ServerProcess> running(Component component) {
    return Optional.ofNullable(processes.get(component)).filter(Processes::isAlive);
  }

  boolean anyRunning() {
    return processes.values().stream().anyMatch(Processes::isAlive);
  }
}
