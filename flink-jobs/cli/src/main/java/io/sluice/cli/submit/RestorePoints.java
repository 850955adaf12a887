package io.sluice.cli.submit;

import io.sluice.cli.storage.StateFolders;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Text;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Savepoints and retained checkpoints of a home: {@code savepoints/<pipeline>/savepoint-*} and
 * {@code checkpoints/<job>/chk-*}, on disk or in the home's bucket. One is complete when it has a
 * {@code _metadata} file, which is written last.
 */
public final class RestorePoints {
  private static final String METADATA = "/_metadata";

  private final StateFolders state;

  /**
   * A savepoint or checkpoint that is complete.
   *
   * @param path an absolute path or {@code s3://bucket/key}
   * @param written when
   */
  public record Point(String path, Instant written) {}

  public RestorePoints(StateFolders state) {
    this.state = state;
  }

  /** Where savepoints of a pipeline go. */
  public String savepointFolder(String pipeline) {
    return state.savepoints() + "/" + pipeline;
  }

  private String checkpointFolder(String job) {
    return state.checkpoints() + "/" + job;
  }

  /** The newest savepoint or retained checkpoint of a pipeline. */
  public Optional<String> latest(Submitted pipeline) throws IOException {
    List<Point> points = new ArrayList<>(complete(savepointFolder(pipeline.name())));
    for (String job : pipeline.jobs()) {
      points.addAll(complete(checkpointFolder(job)));
    }
    return newest(points);
  }

  /** The newest retained checkpoint of one job. */
  public Optional<String> latestCheckpoint(String job) throws IOException {
    return newest(complete(checkpointFolder(job)));
  }

  /** Whether a savepoint or checkpoint in the home's bucket is complete. */
  public boolean isComplete(String point) throws IOException {
    return state.files().written(point + METADATA).isPresent();
  }

  /** The folders with the state of a pipeline's jobs. */
  public List<String> folders(Submitted pipeline) throws IOException {
    List<String> folders = new ArrayList<>();
    folders.add(savepointFolder(pipeline.name()));
    pipeline.jobs().forEach(job -> folders.add(checkpointFolder(job)));
    List<String> there = new ArrayList<>();
    for (String folder : folders) {
      if (state.files().hasFolder(folder)) {
        there.add(folder);
      }
    }
    return there;
  }

  /** Removes a folder of {@link #folders}. */
  public void remove(String folder) throws IOException {
    state.files().remove(folder);
  }

  /** All complete ones, of any pipeline, that were written before a time; the oldest first. */
  public List<Point> writtenBefore(Instant time) throws IOException {
    List<Point> points = new ArrayList<>();
    for (String kind : List.of(state.savepoints(), state.checkpoints())) {
      for (String folder : state.files().folders(kind)) {
        points.addAll(complete(folder));
      }
    }
    return points.stream()
        .filter(point -> point.written().isBefore(time))
        .sorted(Comparator.comparing(Point::written))
        .toList();
  }

  /**
   * Lets a table's files of before a time go: a job restored from an older point would commit files
   * that are no longer there.
   *
   * @throws CommandFailure if there is such a point
   */
  public void requireNone(Instant before, String table) throws IOException {
    List<Point> older = writtenBefore(before);
    if (!older.isEmpty()) {
      Point oldest = older.get(0);
      throw new CommandFailure(
          "Vacuum of %s would remove files of before %s, but %s of %s is older%s: a job restored from it may need them. Remove what is no longer to be restored, give a longer --retention, or use --force."
              .formatted(
                  table,
                  Text.time(before),
                  oldest.path(),
                  Text.time(oldest.written()),
                  older.size() == 1 ? "" : " (and " + (older.size() - 1) + " more)"));
    }
  }

  private static Optional<String> newest(List<Point> points) {
    return points.stream().max(Comparator.comparing(Point::written)).map(Point::path);
  }

  private List<Point> complete(String folder) throws IOException {
    List<Point> points = new ArrayList<>();
    for (String child : state.files().folders(folder)) {
      state
          .files()
          .written(child + METADATA)
          .ifPresent(written -> points.add(new Point(child, written)));
    }
    return points;
  }
}
