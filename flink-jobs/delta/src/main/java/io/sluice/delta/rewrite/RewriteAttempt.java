package io.sluice.delta.rewrite;

import io.delta.kernel.Snapshot;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.CommitDescription;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.MaintenanceCommit;
import io.sluice.delta.log.MergeVectors;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/** Rewrites as one change of a table as it is now; those that do not fit any more are left out. */
@Internal
public final class RewriteAttempt {

  /** The parameters of a compaction's commit, as Spark has them. */
  public static final Map<String, String> COMPACTION =
      Map.of("predicate", "[]", "zOrderBy", "[]", "auto", "false");

  private final MergeVectors vectors;
  private final List<Rewrite> all;
  private final List<Rewrite> fitting = new ArrayList<>();
  private final FileChanges merge;

  public RewriteAttempt(TableStorage table, LiveFiles live, List<Rewrite> rewrites)
      throws IOException {
    vectors = new MergeVectors(table);
    all = rewrites;
    List<LiveFile> removed = new ArrayList<>();
    List<FileChanges.Added> added = new ArrayList<>();
    for (Rewrite rewrite : rewrites) {
      Optional<FileChanges> fitted = rewrite.isThere(table) ? rewrite.onto(live) : Optional.empty();
      if (fitted.isPresent()) {
        fitting.add(rewrite);
        removed.addAll(fitted.get().removed());
        added.addAll(fitted.get().added());
      }
    }
    merge = new FileChanges(removed, vectors.attach(added));
  }

  /** None of the rewrites when their files would have to look different by now. */
  public static List<Rewrite> fitting(List<Rewrite> rewrites, Snapshot read, Snapshot latest) {
    return TableLog.sameShape(latest, read) ? rewrites : List.of();
  }

  /** Whether nothing is left to do. */
  public boolean isEmpty() {
    return fitting.isEmpty();
  }

  public FileChanges merge() {
    return merge;
  }

  /**
   * The commit.
   *
   * @param parameters what it says about itself
   * @param now milliseconds since the epoch
   */
  public MaintenanceCommit describe(Map<String, String> parameters, long now) {
    Map<String, String> metrics = new LinkedHashMap<>();
    put(metrics, "numRemovedFiles", merge.removed().size());
    put(metrics, "numRemovedBytes", removedBytes());
    put(metrics, "numAddedFiles", merge.added().size());
    put(metrics, "numAddedBytes", addedBytes());
    put(
        metrics,
        "numDeletionVectorsRemoved",
        merge.removed().stream().filter(file -> file.vector().isPresent()).count());
    return new MaintenanceCommit(
        CommitDescription.ofMaintenance("OPTIMIZE", parameters, metrics),
        TableLog.rewrite(merge, now));
  }

  private static void put(Map<String, String> metrics, String name, long value) {
    metrics.put(name, Long.toString(value));
  }

  private long removedBytes() {
    return merge.removed().stream().mapToLong(file -> file.file().size()).sum();
  }

  private long addedBytes() {
    return merge.added().stream().mapToLong(added -> added.file().file().size()).sum();
  }

  /** The version was committed: removes what was written for the rewrites that did not fit. */
  public RewriteResult committed(TableStorage table, long version) throws IOException {
    List<Rewrite> dropped = new ArrayList<>(all);
    dropped.removeAll(fitting);
    for (Rewrite rewrite : dropped) {
      rewrite.discard(table);
    }
    return new RewriteResult(
        OptionalLong.of(version),
        merge.removed().size(),
        removedBytes(),
        merge.added().size(),
        addedBytes(),
        fitting.stream().mapToLong(Rewrite::rows).sum(),
        dropped.stream().mapToLong(rewrite -> rewrite.inputs().size()).sum());
  }

  /** None of them was committed, nor will be: removes what was written for them. */
  public static RewriteResult dropped(TableStorage table, List<Rewrite> rewrites)
      throws IOException {
    long files = 0;
    for (Rewrite rewrite : rewrites) {
      rewrite.discard(table);
      files += rewrite.inputs().size();
    }
    return new RewriteResult(OptionalLong.empty(), 0, 0, 0, 0, 0, files);
  }

  /** Another writer took the version: removes what was written for it. The rewrites stay. */
  public void conflicted() throws IOException {
    vectors.discard();
  }
}
