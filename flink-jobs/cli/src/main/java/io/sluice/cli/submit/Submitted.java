package io.sluice.cli.submit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline as it was submitted: copies that later edits do not change.
 *
 * @param name the pipeline's name
 * @param pipeline the copied pipeline file, absolute
 * @param definitions the copied definitions folder, absolute
 * @param parallelism how it was run last
 * @param jobs ids of its jobs, oldest first
 * @param jar the jar of its last job; empty if an earlier version submitted it
 */
public record Submitted(
    String name,
    Path pipeline,
    Path definitions,
    int parallelism,
    List<String> jobs,
    Optional<RunJar> jar) {

  /**
   * The jar that a job was run with.
   *
   * @param name under which the cluster keeps it; it tells the content
   * @param chosen whether the user named it; else it is the one of the build
   */
  public record RunJar(String name, boolean chosen) {}

  public Submitted {
    jobs = List.copyOf(jobs);
  }
}
