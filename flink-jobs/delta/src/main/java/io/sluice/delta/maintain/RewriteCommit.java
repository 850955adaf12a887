package io.sluice.delta.maintain;

import io.delta.kernel.Snapshot;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.rewrite.Rewrite;
import io.sluice.delta.rewrite.RewriteAttempt;
import io.sluice.delta.rewrite.RewriteResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Makes rewrites one table version, whatever other writers commit meanwhile. */
final class RewriteCommit {

  private final LoadedTable table;
  private final Snapshot read;
  private final LiveFiles live;
  private final Map<String, String> parameters;

  /**
   * @param read the version whose files were read
   * @param live its files
   * @param parameters what the commit says about itself
   */
  RewriteCommit(LoadedTable table, Snapshot read, LiveFiles live, Map<String, String> parameters) {
    this.table = table;
    this.read = read;
    this.live = live;
    this.parameters = parameters;
  }

  /**
   * Commits the rewrites that still fit when they are committed, see {@link Rewrite#onto}. The
   * others are dropped and their files removed: a conflict fails nothing.
   *
   * @throws IOException if it is not certain whether they were committed; then all files stay
   */
  RewriteResult commit(List<Rewrite> rewrites) throws IOException {
    Snapshot latest = read;
    for (int conflicts = 0; conflicts < LoadedTable.MAX_CONFLICTS; conflicts++) {
      RewriteAttempt attempt =
          new RewriteAttempt(table.table(), live, RewriteAttempt.fitting(rewrites, read, latest));
      if (attempt.isEmpty()) {
        return RewriteAttempt.dropped(table.table(), rewrites);
      }
      OptionalLong version =
          table.tryCommit(latest, attempt.describe(parameters, System.currentTimeMillis()));
      if (version.isPresent()) {
        return attempt.committed(table.table(), version.getAsLong());
      }
      attempt.conflicted();
      latest = table.load();
      live.forget();
      live.load(table.engine(), latest);
    }
    RewriteAttempt.dropped(table.table(), rewrites);
    throw table.tooManyConflicts("OPTIMIZE");
  }
}
