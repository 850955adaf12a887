package io.sluice.cli.platform;

import io.sluice.delta.maintain.CheckpointResult;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.rewind.SavepointVersion;
import io.sluice.delta.rewind.TableRewind;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Maintains the Delta tables of a lake. */
final class DeltaLakeMaintenance implements TableMaintenance {
  private final DeltaLake lake;

  DeltaLakeMaintenance(DeltaLake lake) {
    this.lake = lake;
  }

  @Override
  public RewriteResult optimize(String table, long targetFileSize, boolean dryRun)
      throws IOException {
    return DeltaMaintenance.optimize(lake.existing(table), targetFileSize, dryRun);
  }

  @Override
  public RewriteResult zorder(
      String table, List<String> columns, long targetFileSize, boolean dryRun) throws IOException {
    return DeltaMaintenance.zorder(lake.existing(table), columns, targetFileSize, dryRun);
  }

  @Override
  public VacuumResult vacuum(
      String table, Duration retention, boolean retentionCheck, boolean dryRun) throws IOException {
    return DeltaMaintenance.vacuum(lake.existing(table), retention, retentionCheck, dryRun);
  }

  @Override
  public CheckpointResult checkpoint(String table, boolean dryRun) throws IOException {
    return DeltaMaintenance.checkpoint(lake.existing(table), dryRun);
  }

  @Override
  public Instant pause(String table, Duration time) throws IOException {
    return DeltaMaintenance.pause(lake.existing(table), time);
  }

  @Override
  public boolean resume(String table) throws IOException {
    return DeltaMaintenance.resume(lake.existing(table));
  }

  @Override
  public Optional<SavepointVersion> versionAt(String table, SavedTables saved, Instant completed)
      throws IOException {
    return lake.latest(table).isEmpty()
        ? Optional.empty()
        : Optional.of(rewind(table, saved, completed).find());
  }

  @Override
  public OptionalLong rewind(String table, SavedTables saved, long version, boolean dryRun)
      throws IOException {
    TableRewind rewind = rewind(table, saved, Instant.EPOCH);
    if (dryRun) {
      rewind.check(version);
      return OptionalLong.empty();
    }
    return OptionalLong.of(rewind.restore(version));
  }

  private TableRewind rewind(String table, SavedTables saved, Instant completed)
      throws IOException {
    return new TableRewind(
        lake.existing(table), saved.sinks().get(table), saved.checkpoint(), completed);
  }
}
