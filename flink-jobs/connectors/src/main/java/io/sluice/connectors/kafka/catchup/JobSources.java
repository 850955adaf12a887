package io.sluice.connectors.kafka.catchup;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sources of one job. It is quiet when all of them are: Flink takes rare checkpoints as soon as
 * one source has a backlog, so that one which is quiet must not ask for them while others read. The
 * enumerators of a job run in the same process, each on a thread of its own. For several threads.
 */
final class JobSources {

  /** One small object for each job that ran in this process with this class loader. */
  private static final Map<String, JobSources> JOBS = new ConcurrentHashMap<>();

  /** Whether each source is quiet; the key is to be run when the answer for all has changed. */
  private final Map<Runnable, Boolean> sources = new IdentityHashMap<>();

  /**
   * Those of a job.
   *
   * @param job what only its sources have in common: their consumer group
   */
  static JobSources of(String job) {
    return JOBS.computeIfAbsent(job, name -> new JobSources());
  }

  /** Whether there are sources, and all are quiet. */
  synchronized boolean areQuiet() {
    return !sources.isEmpty() && !sources.containsValue(false);
  }

  /**
   * Adds a source, which is not quiet.
   *
   * @param changed runs at once, on the caller's thread, when the answer for all has changed
   */
  synchronized void add(Runnable changed) {
    boolean before = areQuiet();
    sources.put(changed, false);
    tell(before);
  }

  /** Changes a source; one that was removed, or never added, is passed over. */
  synchronized void change(Runnable changed, boolean quiet) {
    boolean before = areQuiet();
    sources.replace(changed, quiet);
    tell(before);
  }

  synchronized void remove(Runnable changed) {
    boolean before = areQuiet();
    sources.remove(changed);
    tell(before);
  }

  private void tell(boolean before) {
    if (areQuiet() != before) {
      sources.keySet().forEach(Runnable::run);
    }
  }
}
