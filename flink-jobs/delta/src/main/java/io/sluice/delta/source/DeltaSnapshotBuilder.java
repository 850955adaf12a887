package io.sluice.delta.source;

import io.delta.kernel.Snapshot;
import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.annotation.PublicEvolving;

/** Builds a {@link DeltaSource} that reads one version of a table and ends. */
@PublicEvolving
public final class DeltaSnapshotBuilder extends DeltaSourceBuilder<DeltaSnapshotBuilder> {

  private SnapshotChoice choice;

  DeltaSnapshotBuilder(TableStorage table) {
    super(table);
  }

  @Override
  DeltaSnapshotBuilder self() {
    return this;
  }

  /** Reads this version. */
  public DeltaSnapshotBuilder versionAsOf(long version) {
    return choose(SnapshotChoice.version(version));
  }

  /** Reads the latest version whose commit time is at or before this. */
  public DeltaSnapshotBuilder timestampAsOf(Instant time) {
    return choose(SnapshotChoice.at(time));
  }

  private DeltaSnapshotBuilder choose(SnapshotChoice chosen) {
    if (choice != null) {
      throw new IllegalArgumentException(
          "The version to read of table "
              + table
              + " is chosen twice; give versionAsOf or timestampAsOf, once");
    }
    choice = chosen;
    return this;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Which version it is, is looked up when the job starts, and kept in its state.
   */
  @Override
  public DeltaSource build() throws IOException {
    SnapshotChoice chosen = choice == null ? SnapshotChoice.latest() : choice;
    Snapshot snapshot = load(chosen);
    return new DeltaSource(
        new ReadPlan(
            table.toString(),
            schema(snapshot),
            filter(snapshot),
            chosen,
            0,
            false,
            splitSize,
            Duration.ofSeconds(1)));
  }
}
