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
 */
public record SandboxOptions(
    Ports ports, int slots, boolean highAvailability, Map<String, String> flinkSettings) {

  public SandboxOptions {
    if (slots < 1) {
      throw new SandboxException("A TaskManager needs at least 1 slot, not " + slots + ".");
    }
    flinkSettings = Map.copyOf(flinkSettings);
  }

  /** Documented ports, two slots, high availability. */
  public static SandboxOptions standard() {
    return new SandboxOptions(Ports.standard(), 2, true, Map.of());
  }

  /** A copy with other ports. */
  public SandboxOptions withPorts(Ports other) {
    return new SandboxOptions(other, slots, highAvailability, flinkSettings);
  }

  /** A copy with another number of slots. */
  public SandboxOptions withSlots(int other) {
    return new SandboxOptions(ports, other, highAvailability, flinkSettings);
  }

  /** A copy with other Flink settings. */
  public SandboxOptions withFlinkSettings(Map<String, String> other) {
    return new SandboxOptions(ports, slots, highAvailability, other);
  }
}
