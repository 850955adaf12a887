package io.sluice.cli.submit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Savepoints and retained checkpoints of a home: {@code savepoints/<pipeline>/savepoint-*} and
 * {@code checkpoints/<job>/chk-*}. One is complete when it has a {@code _metadata} file, which is
 * written last.
 */
public final class RestorePoints {
  private final Path home;

  /**
   * A savepoint or checkpoint that is complete.
   *
   * @param written when
   */
  public record Point(Path path, FileTime written) {}

  public RestorePoints(Path home) {
    this.home = home;
  }

  /** Where savepoints of a pipeline go. */
  public Path savepointFolder(String pipeline) {
    return home.resolve("savepoints").resolve(pipeline);
  }

  /** The newest savepoint or retained checkpoint of a pipeline. */
  public Optional<String> latest(Submitted pipeline) throws IOException {
    List<Point> points = new ArrayList<>(complete(savepointFolder(pipeline.name())));
    for (String job : pipeline.jobs()) {
      points.addAll(complete(home.resolve("checkpoints").resolve(job)));
    }
    return newest(points);
  }

  /** The newest retained checkpoint of one job. */
  public Optional<String> latestCheckpoint(String job) throws IOException {
    return newest(complete(home.resolve("checkpoints").resolve(job)));
  }

  /** All complete ones, of any pipeline, that were written before a time; the oldest first. */
  public List<Point> writtenBefore(Instant time) throws IOException {
    List<Point> points = new ArrayList<>();
    for (String kind : List.of("savepoints", "checkpoints")) {
      for (Path folder : folders(home.resolve(kind))) {
        points.addAll(complete(folder));
      }
    }
    return points.stream()
        .filter(point -> point.written().toInstant().isBefore(time))
        .sorted(Comparator.comparing(Point::written))
        .toList();
  }

  private static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).toList();
    }
  }

  private static Optional<String> newest(List<Point> points) {
    return points.stream()
        .max(Comparator.comparing(Point::written))
        .map(point -> point.path().toString());
  }

  private static List<Point> complete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Point> points = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.toList()) {
        Path metadata = child.resolve("_metadata");
        if (Files.isRegularFile(metadata)) {
          points.add(new Point(child, Files.getLastModifiedTime(metadata)));
        }
      }
    }
    return points;
  }
}
