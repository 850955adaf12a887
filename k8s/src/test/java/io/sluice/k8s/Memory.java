package io.sluice.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;

/** The sizes of a FlinkDeployment against Flink's own model of memory. */
final class Memory implements Check {
  /** RocksDB's share of a slot: below it, blocks of indexes and filters push each other out. */
  static final MemorySize LEAST_PER_SLOT = MemorySize.ofMebiBytes(128);

  /** What the job's heap takes in the sandbox, half of which is enough for one slot. */
  static final MemorySize LEAST_TASK_HEAP = MemorySize.ofMebiBytes(576);

  @Override
  public List<String> problems(ObjectNode resource) {
    if (!Manifests.kind(resource).equals("FlinkDeployment")) {
      return List.of();
    }
    Configuration configuration = EffectiveConfiguration.of(resource);
    List<String> problems = new ArrayList<>();
    try {
      JobManagerProcessUtils.processSpecFromConfig(configuration);
    } catch (IllegalArgumentException | IllegalConfigurationException e) {
      problems.add("The JobManager's memory does not add up: " + e.getMessage());
    }
    try {
      TaskExecutorProcessSpec sizes = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
      checkSlots(sizes, configuration.get(TaskManagerOptions.NUM_TASK_SLOTS), problems);
    } catch (IllegalArgumentException | IllegalConfigurationException e) {
      problems.add("The TaskManager's memory does not add up: " + e.getMessage());
    }
    return problems;
  }

  private static void checkSlots(TaskExecutorProcessSpec sizes, int slots, List<String> problems) {
    MemorySize managed = sizes.getManagedMemorySize().divide(slots);
    if (managed.compareTo(LEAST_PER_SLOT) < 0) {
      problems.add(
          "A slot has %s of managed memory; RocksDB needs %s."
              .formatted(managed.toHumanReadableString(), LEAST_PER_SLOT.toHumanReadableString()));
    }
    MemorySize heap = sizes.getTaskHeapSize();
    if (heap.compareTo(LEAST_TASK_HEAP) < 0) {
      problems.add(
          "Tasks have %s of heap; the job needs %s."
              .formatted(heap.toHumanReadableString(), LEAST_TASK_HEAP.toHumanReadableString()));
    }
  }
}
