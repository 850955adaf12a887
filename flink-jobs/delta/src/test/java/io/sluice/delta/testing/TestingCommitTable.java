package io.sluice.delta.testing;

import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.log.TableState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table in memory whose next commits can be told to lose, to fail, or to fail after the fact. */
public final class TestingCommitTable implements CommitTable {

  /** What happens to a commit. */
  public enum Outcome {
    /** Another writer takes the version. */
    CONFLICT,
    /** The version is not written. */
    LOST,
    /** The version is written, but its writer is not told. */
    REPLY_LOST
  }

  public final List<DeltaCommittable> committed = new ArrayList<>();
  public final Deque<Outcome> outcomes = new ArrayDeque<>();
  private final Map<String, Long> transactions = new HashMap<>();
  private TableState cached = new TableState(0, Map.of());
  private long version;
  public int refreshes;

  /** Another writer's version, which the cached state does not show. */
  public void elsewhere(String appId, long value) {
    version++;
    transactions.put(appId, value);
  }

  @Override
  public TableState current() {
    return cached;
  }

  @Override
  public TableState refresh() {
    refreshes++;
    cached = new TableState(version, transactions);
    return cached;
  }

  @Override
  public boolean tryCommit(DeltaCommittable committable, Map<String, Long> added)
      throws IOException {
    Outcome outcome = outcomes.poll();
    if (outcome == Outcome.CONFLICT) {
      elsewhere("someone", version);
      return false;
    }
    if (outcome == Outcome.LOST) {
      throw new IOException("disk full");
    }
    if (cached.version() != version) {
      return false;
    }
    version++;
    transactions.putAll(added);
    committed.add(committable);
    if (outcome == Outcome.REPLY_LOST) {
      throw new IOException("reply lost");
    }
    cached = cached.next(version, added);
    return true;
  }
}
