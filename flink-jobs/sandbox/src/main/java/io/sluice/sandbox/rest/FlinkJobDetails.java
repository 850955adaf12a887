package io.sluice.sandbox.rest;

import java.util.List;

/** A job with its vertices, in the order of the flow. */
public record FlinkJobDetails(FlinkJob job, List<FlinkVertex> vertices) {

  public FlinkJobDetails {
    vertices = List.copyOf(vertices);
  }

  /** Whether the job and every vertex run. */
  public boolean isFullyRunning() {
    return job.state().equals("RUNNING")
        && vertices.stream().allMatch(vertex -> vertex.status().equals("RUNNING"));
  }
}
