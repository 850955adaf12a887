package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.storage.StoredFiles;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.definition.model.LakeRoot;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Reference;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Savepoints and retained checkpoints beside the tables of the pipeline that made them. */
final class Savepoints {
  private static final String METADATA = "/_metadata";

  private final Platform platform;
  private final Endpoints at;
  private final Cluster cluster;
  private final Consumer<String> progress;

  Savepoints(Platform platform, Endpoints at, Consumer<String> progress) {
    this.platform = platform;
    this.at = at;
    this.cluster = platform.cluster(at);
    this.progress = progress;
  }

  /**
   * What a savepoint knows of the tables.
   *
   * @throws CommandFailure if it is of another pipeline
   */
  SavedTables saved(Pipeline pipeline, String savepoint) throws IOException {
    return cluster
        .savedTables(pipeline, savepoint)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "%s is of another pipeline: it has no state of the tables of %s. Nothing was changed; 'sluice list' and the folder savepoints/%s of the home show its own."
                        .formatted(savepoint, pipeline.name(), pipeline.name())));
  }

  /**
   * The tables of a pipeline.
   *
   * @throws CommandFailure if their place is known to the job alone
   */
  PipelineTables tables(Pipeline pipeline, SavedTables saved, String savepoint) throws IOException {
    String lake =
        lake(pipeline)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "The root of the lake of %s is known to its job alone. Set its variable for this command, too."
                            .formatted(pipeline.name())));
    return new PipelineTables(platform.maintenance(lake), saved, completed(savepoint));
  }

  private static Instant completed(String savepoint) throws IOException {
    return StoredFiles.of(savepoint)
        .written(savepoint + METADATA)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "%s is no complete savepoint or checkpoint: it has no _metadata file."
                        .formatted(savepoint)));
  }

  /** The root of a pipeline's lake; empty if the job alone knows it. */
  Optional<String> lake(Pipeline pipeline) {
    return pipeline.connections().lake().map(Connections.Lake::root).flatMap(this::resolved);
  }

  private Optional<String> resolved(Reference reference) {
    try {
      String root = reference.resolve(at::variable);
      LakeRoot.problem(root)
          .ifPresent(
              problem -> {
                throw new CommandFailure("connections.lake.root: " + problem);
              });
      return Optional.of(LakeRoot.isRemote(root) ? root : Path.of(root).toString());
    } catch (IllegalStateException | InvalidPathException notHere) {
      return Optional.empty();
    }
  }

  /**
   * Refuses a savepoint that is not the last thing that the tables know.
   *
   * @throws CommandFailure with the two ways out
   */
  void refuseOlder(Pipeline pipeline, StartPoint start) throws IOException {
    if (start.from().isEmpty() || start.acceptsOlder() || lake(pipeline).isEmpty()) {
      return;
    }
    String savepoint = start.from().get();
    Optional<SavedTables> saved = cluster.savedTables(pipeline, savepoint);
    if (saved.isEmpty()) {
      return;
    }
    Optional<String> newer = newer(pipeline, saved.get(), savepoint);
    if (newer.isPresent()) {
      throw new CommandFailure(
          "The tables of %s have gone on since %s: %s. Take tables and views back to it: sluice rewind %s --to %s\nOr go on from it and leave the tables as they are, which take no row twice: add --accept"
              .formatted(pipeline.name(), savepoint, newer.get(), pipeline.name(), savepoint));
    }
  }

  /** A log that does not tell any more is no reason against a start: fences hold in any case. */
  private Optional<String> newer(Pipeline pipeline, SavedTables saved, String savepoint)
      throws IOException {
    try {
      return tables(pipeline, saved, savepoint).newer();
    } catch (CommandFailure e) {
      progress.accept(
          "whether the savepoint is older than the tables is not known: "
              + FailureText.sentence(e));
      return Optional.empty();
    }
  }
}
