package io.sluice.sandbox.home;

import io.sluice.sandbox.process.SandboxException;
import java.util.Map;

/**
 * How a stack is started.
 *
 * @param ports where the servers listen
 * @param slots task slots of the TaskManager, at least 1
 * @param highAvailability whether jobs survive the JobManager process
 * @param flinkSettings Flink settings that replace those of the sandbox
 * @param classArchives whether servers write the classes that they have loaded to an archive when
 *     they stop for the first time, which later starts are faster with; it takes half a minute
 */
public record SandboxOptions(
    Ports ports,
    int slots,
    boolean highAvailability,
    Map<String, String> flinkSettings,
    boolean classArchives) {

  public SandboxOptions {
    if (slots < 1) {
      throw new SandboxException("A TaskManager needs at least 1 slot, not " + slots + ".");
    }
    flinkSettings = Map.copyOf(flinkSettings);
  }

  /** Documented ports, two slots, high availability. */
  public static SandboxOptions standard() {
    return new SandboxOptions(Ports.standard(), 2, true, Map.of(), true);
  }

  /** A copy with other ports. */
  public SandboxOptions withPorts(Ports other) {
    return new SandboxOptions(other, slots, highAvailability, flinkSettings, classArchives);
  }

  /** A copy with another number of slots. */
  public SandboxOptions withSlots(int other) {
    return new SandboxOptions(ports, other, highAvailability, flinkSettings, classArchives);
  }

  /** A copy with other Flink settings. */
  public SandboxOptions withFlinkSettings(Map<String, String> other) {
    return new SandboxOptions(ports, slots, highAvailability, other, classArchives);
  }

  /** A copy that writes and uses archives of classes, or does not. */
  public SandboxOptions withClassArchives(boolean wanted) {
    return new SandboxOptions(ports, slots, highAvailability, flinkSettings, wanted);
  }
}
