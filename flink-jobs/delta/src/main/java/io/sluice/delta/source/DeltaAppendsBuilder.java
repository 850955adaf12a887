package io.sluice.delta.source;

import io.delta.kernel.Snapshot;
import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;

/** Builds a {@link DeltaSource} that reads what is appended to a table, without end. */
@PublicEvolving
public final class DeltaAppendsBuilder extends DeltaSourceBuilder<DeltaAppendsBuilder> {

  /** Null until chosen. */
  private Long fromVersion;

  private boolean startingSnapshot;
  private Duration pollInterval = Duration.ofSeconds(1);

  DeltaAppendsBuilder(TableStorage table) {
    super(table);
  }

  @Override
  DeltaAppendsBuilder self() {
    return this;
  }

  /** Reads what this version and later ones append: 0 for all, the latest + 1 for what comes. */
  public DeltaAppendsBuilder fromVersion(long version) {
    fromVersion = version;
    return this;
  }

  /** Reads the latest version whole, then what later ones append. */
  public DeltaAppendsBuilder startingSnapshot() {
    startingSnapshot = true;
    return this;
  }

  /** How often the log is looked at; each second unless called. */
  public DeltaAppendsBuilder pollInterval(Duration interval) {
    pollInterval = interval;
    return this;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The columns are those of the latest version; what an earlier version does not have yet reads
   * as null.
   */
  @Override
  public DeltaSource build() throws IOException {
    if (startingSnapshot == (fromVersion != null)) {
      throw new IllegalArgumentException(
          "Where to start reading table " + table + " is one of fromVersion and startingSnapshot");
    }
    Snapshot latest = load(SnapshotChoice.latest());
    return new DeltaSource(
        new ReadPlan(
            table.toString(),
            schema(latest),
            filter(latest),
            startingSnapshot ? SnapshotChoice.latest() : null,
            startingSnapshot ? 0 : fromVersion,
            true,
            splitSize,
            pollInterval));
  }
}
