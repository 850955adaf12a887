package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts the former definition of a pipeline again from the savepoint of its job. A cluster that
 * does not answer is asked again.
 */
final class GoingBack {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final Cluster cluster;
  private final FirstCheckpoint checkpoint;
  private final Consumer<String> progress;
  private final Duration patience;

  /** The former job. */
  interface Former {

    /**
     * Starts it.
     *
     * @return its id
     */
    String start() throws IOException, InterruptedException;

    /** Remembers it. */
    void record(String job) throws IOException;
  }

  /**
   * @param patience how long the cluster may not answer
   */
  GoingBack(
      Cluster cluster, FirstCheckpoint checkpoint, Consumer<String> progress, Duration patience) {
    this.cluster = cluster;
    this.checkpoint = checkpoint;
    this.progress = progress;
    this.patience = patience;
  }

  /**
   * Goes back.
   *
   * @param added what the new definition has written beside the lake
   * @param within how long the first checkpoint may take, if that is more than the patience
   * @return what became of it, in a sentence
   */
  String to(Former former, String name, String savepoint, AddedViews added, Duration within)
      throws InterruptedException {
    progress.accept("going back to what ran of %s before".formatted(name));
    try {
      patiently(() -> cancel(name));
      remove(added);
      String job =
          patiently(
              () -> {
                // One whose answer was lost.
                cancel(name);
                return former.start();
              });
      String record = record(former, job);
      // A limit that was too short for the new job says nothing about this one.
      Duration limit = within.compareTo(patience) < 0 ? patience : within;
      Optional<String> problem = checkpoint.await(job, limit, () -> false);
      String outcome =
          "%s runs as before, as job %s from %s".formatted(name, job, savepoint)
              + problem
                  .map(reason -> ", but took no checkpoint there either: " + reason)
                  .orElse(".")
              + record;
      progress.accept(outcome);
      return outcome;
    } catch (IOException | RuntimeException e) {
      String outcome =
          "What ran before could not be started either: %s\nNothing of %s runs. Its state is safe; go on with: sluice restore %s --from %s"
              .formatted(FailureText.sentence(e), name, name, savepoint);
      progress.accept(outcome);
      return outcome;
    }
  }

  /** It runs: starting it again would not make the home writable. */
  private static String record(Former former, String job) {
    try {
      former.record(job);
      return "";
    } catch (IOException | RuntimeException e) {
      return "\nThat is not recorded in the home: %s".formatted(FailureText.sentence(e));
    }
  }

  private <T> T patiently(Poll.Question<T, IOException> question)
      throws IOException, InterruptedException {
    return Poll.answer(
        question,
        e -> e instanceof IOException || e instanceof CommandFailure,
        LOOK_AGAIN,
        patience);
  }

  private String cancel(String name) throws IOException, InterruptedException {
    for (Cluster.Job job : cluster.jobs()) {
      if (job.active() && job.name().equals(name)) {
        cluster.cancel(job.id());
      }
    }
    return name;
  }

  /** Rows that stay can be removed later; the pipeline shall run again all the same. */
  private void remove(AddedViews added) {
    try {
      added.remove();
    } catch (CommandFailure e) {
      progress.accept(
          "rows of added views stay where they are: %s".formatted(FailureText.sentence(e)));
    }
  }
}
