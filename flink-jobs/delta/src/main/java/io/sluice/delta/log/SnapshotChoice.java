package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.exceptions.UnsupportedProtocolVersionException;
import io.delta.kernel.exceptions.UnsupportedTableFeatureException;
import io.delta.kernel.internal.DeltaHistoryManager;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.TableStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/** Which version of a table to read: the latest, one by number, or the one of a moment. */
@Internal
public final class SnapshotChoice implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Null unless chosen by number. */
  private final Long version;

  /** Null unless chosen by time. */
  private final Instant time;

  private SnapshotChoice(Long version, Instant time) {
    this.version = version;
    this.time = time;
  }

  public static SnapshotChoice latest() {
    return new SnapshotChoice(null, null);
  }

  public static SnapshotChoice version(long version) {
    return new SnapshotChoice(version, null);
  }

  /** The latest version whose commit time is at or before a moment. */
  public static SnapshotChoice at(Instant time) {
    return new SnapshotChoice(null, time);
  }

  /**
   * Reads the table's log.
   *
   * @throws FileNotFoundException if there is no table
   * @throws RefusedTableException if there is no such version, or it cannot be read any more
   * @throws IOException if the log does not make sense now, which may be over in a moment
   */
  public Snapshot load(TableStorage table, Engine engine) throws IOException {
    try {
      Snapshot latest = TableManager.loadSnapshot(table.toString()).build(engine);
      long wanted = version(table, engine, latest);
      Snapshot chosen =
          wanted == latest.getVersion()
              ? latest
              : TableManager.loadSnapshot(table.toString()).atVersion(wanted).build(engine);
      TableProblem.requireSchema(chosen);
      return chosen;
    } catch (TableNotFoundException absent) {
      throw TableProblem.absent(table, absent);
    } catch (RefusedTableException e) {
      throw e;
    } catch (RuntimeException e) {
      OutsideTableException.throwIfCauseOf(e);
      if (isRefusal(e)) {
        throw new RefusedTableException(problem(table, e.getMessage()) + ". Read it with Spark", e);
      }
      String problem = problem(table, TableProblem.of(table, e));
      throw new IOException(problem + ". Try again; if it stays so, repair the table's log", e);
    }
  }

  /** What no second attempt would read. Kernel has no exception for tables of a catalog. */
  private static boolean isRefusal(RuntimeException e) {
    return e instanceof UnsupportedTableFeatureException
        || e instanceof UnsupportedProtocolVersionException
        || (e instanceof IllegalArgumentException
            && String.valueOf(e.getMessage()).contains("catalogManaged"));
  }

  private String problem(TableStorage table, String reason) {
    return "Table %s cannot be read%s: %s".formatted(table, wanted(), reason);
  }

  private String wanted() {
    if (version != null) {
      return " at version " + version;
    }
    return time == null ? "" : " as of " + time;
  }

  private long version(TableStorage table, Engine engine, Snapshot latest) {
    if (time != null) {
      return versionAt(table, engine, latest);
    }
    if (version == null) {
      return latest.getVersion();
    }
    if (version < 0 || version > latest.getVersion()) {
      throw new RefusedTableException(
          "Table %s has no version %d; its latest is %d"
              .formatted(table, version, latest.getVersion()));
    }
    long earliest = earliest(engine, latest);
    if (version < earliest) {
      throw new RefusedTableException(
          ("Version %d of table %s cannot be read any more: its log was cleaned up. The earliest"
                  + " readable version is %d; read that or a later one")
              .formatted(version, table, earliest));
    }
    return version;
  }

  private long versionAt(TableStorage table, Engine engine, Snapshot latest) {
    DeltaHistoryManager.Commit found =
        DeltaHistoryManager.getActiveCommitAtTimestamp(
            engine, latest, latest.getLogPath(), time.toEpochMilli(), true, true, true, List.of());
    Instant committed = Instant.ofEpochMilli(found.getTimestamp());
    if (found.getTimestamp() > time.toEpochMilli()) {
      throw new RefusedTableException(
          found.getVersion() == 0
              ? "Table %s did not exist at %s: its first version, 0, is of %s. Ask for that time or a later one"
                  .formatted(table, time, committed)
              : ("Table %s cannot be read as of %s: its log was cleaned up. The earliest readable"
                      + " version is %d of %s; ask for that time or a later one")
                  .formatted(table, time, found.getVersion(), committed));
    }
    return found.getVersion();
  }

  /** The oldest version that the log still tells. */
  public static long earliest(Engine engine, Snapshot snapshot) {
    return DeltaHistoryManager.getEarliestRecreatableCommit(
        engine, snapshot.getLogPath(), Optional.empty());
  }
}
