package io.sluice.connectors.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Makes rewrites one table version, whatever other writers commit meanwhile. */
final class RewriteCommit {

  private final MaintainedTable table;
  private final Snapshot read;
  private final Map<String, String> parameters;

  /**
   * @param read the version whose files were read
   * @param parameters what the commit says about itself
   */
  RewriteCommit(MaintainedTable table, Snapshot read, Map<String, String> parameters) {
    this.table = table;
    this.read = read;
    this.parameters = parameters;
  }

  /**
   * Commits the rewrites whose inputs are all live, with the same deletions, when they are
   * committed. The others are dropped and their files removed: a conflict fails nothing.
   *
   * @throws IOException if it is not certain whether they were committed; then all files stay
   */
  RewriteResult commit(List<Rewrite> rewrites) throws IOException {
    List<Rewrite> valid = rewrites;
    Snapshot latest = read;
    for (int conflicts = 0; conflicts < MaintainedTable.MAX_CONFLICTS; conflicts++) {
      OptionalLong version =
          valid.isEmpty()
              ? OptionalLong.empty()
              : table.tryCommit(latest, describe(valid, System.currentTimeMillis()));
      if (version.isPresent() || valid.isEmpty()) {
        return settle(version, rewrites, valid);
      }
      latest = table.load();
      valid = stillValid(rewrites, latest);
    }
    settle(OptionalLong.empty(), rewrites, List.of());
    throw table.tooManyConflicts("OPTIMIZE");
  }

  private List<Rewrite> stillValid(List<Rewrite> rewrites, Snapshot latest) throws IOException {
    if (!latest.getMetadata().equals(read.getMetadata())
        || !latest.getProtocol().equals(read.getProtocol())) {
      return List.of();
    }
    Set<StoredFile.Key> live = new HashSet<>();
    StoredFile.of(table.engine(), latest).forEach(file -> live.add(file.key()));
    return rewrites.stream()
        .filter(rewrite -> rewrite.inputs().stream().allMatch(file -> live.contains(file.key())))
        .toList();
  }

  private RewriteResult settle(OptionalLong version, List<Rewrite> all, List<Rewrite> committed)
      throws IOException {
    List<Rewrite> dropped = new ArrayList<>(all);
    dropped.removeAll(new HashSet<>(committed));
    for (Rewrite rewrite : dropped) {
      rewrite.discard(table.path());
    }
    return new RewriteResult(
        version,
        sum(committed, rewrite -> rewrite.inputs().size()),
        sum(committed, Rewrite::inputBytes),
        sum(committed, rewrite -> rewrite.outputs().size()),
        sum(committed, Rewrite::outputBytes),
        sum(committed, Rewrite::rows),
        sum(dropped, rewrite -> rewrite.inputs().size()));
  }

  private MaintenanceCommit describe(List<Rewrite> rewrites, long now) {
    List<Row> actions = new ArrayList<>();
    rewrites.forEach(rewrite -> actions.addAll(rewrite.actions(now)));
    Map<String, String> metrics = new LinkedHashMap<>();
    put(metrics, "numRemovedFiles", sum(rewrites, rewrite -> rewrite.inputs().size()));
    put(metrics, "numRemovedBytes", sum(rewrites, Rewrite::inputBytes));
    put(metrics, "numAddedFiles", sum(rewrites, rewrite -> rewrite.outputs().size()));
    put(metrics, "numAddedBytes", sum(rewrites, Rewrite::outputBytes));
    put(
        metrics,
        "numDeletionVectorsRemoved",
        sum(
            rewrites,
            rewrite ->
                rewrite.inputs().stream().filter(file -> file.deletions().isPresent()).count()));
    return new MaintenanceCommit("OPTIMIZE", parameters, metrics, actions);
  }

  private static void put(Map<String, String> metrics, String name, long value) {
    metrics.put(name, Long.toString(value));
  }

  private static long sum(List<Rewrite> rewrites, ToLongFunction<Rewrite> size) {
    return rewrites.stream().mapToLong(size).sum();
  }
}
