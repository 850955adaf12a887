package io.sluice.cli.submit;

import java.nio.file.Path;
import java.util.List;

/**
 * A pipeline as it was submitted: copies that later edits do not change.
 *
 * @param name the pipeline's name
 * @param pipeline the copied pipeline file, absolute
 * @param definitions the copied definitions folder, absolute
 * @param parallelism how it was run last
 * @param jobs ids of its jobs, oldest first
 */
public record Submitted(
    String name, Path pipeline, Path definitions, int parallelism, List<String> jobs) {
  public Submitted {
    jobs = List.copyOf(jobs);
  }
}
