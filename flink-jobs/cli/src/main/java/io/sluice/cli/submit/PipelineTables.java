package io.sluice.cli.submit;

import io.sluice.cli.platform.TableMaintenance;
import io.sluice.cli.text.CommandFailure;
import io.sluice.delta.rewind.SavepointVersion;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The tables of a pipeline, compared with a savepoint. */
final class PipelineTables {
  private final TableMaintenance lake;
  private final SavedTables saved;
  private final Instant completed;

  /**
   * @param completed when the savepoint was complete
   */
  PipelineTables(TableMaintenance lake, SavedTables saved, Instant completed) {
    this.lake = lake;
    this.saved = saved;
    this.completed = completed;
  }

  /**
   * The versions that belong to the savepoint, by table; tables that are not there are left out.
   *
   * @throws CommandFailure if no version of a table belongs to it
   */
  Map<String, SavepointVersion> versions() throws IOException {
    Map<String, SavepointVersion> versions = new LinkedHashMap<>();
    for (String table : saved.sinks().keySet()) {
      try {
        lake.versionAt(table, saved, completed).ifPresent(version -> versions.put(table, version));
      } catch (RefusedTableException e) {
        throw new CommandFailure(e.getMessage(), e);
      }
    }
    return versions;
  }

  /**
   * Checks that all of them can go back, and writes nothing.
   *
   * @throws CommandFailure if one cannot
   */
  Map<String, SavepointVersion> check() throws IOException {
    Map<String, SavepointVersion> versions = versions();
    for (Map.Entry<String, SavepointVersion> table : versions.entrySet()) {
      if (table.getValue().version().isPresent()) {
        rewind(table.getKey(), table.getValue().version().getAsLong(), true);
      }
    }
    return versions;
  }

  /**
   * Takes back those that hold more than the savepoint, or less.
   *
   * @param progress is told each of them
   * @return the tables that were taken back, with the versions that they were taken back to
   */
  Map<String, Long> rewind(Map<String, SavepointVersion> versions, Consumer<String> progress)
      throws IOException {
    Map<String, Long> rewound = new LinkedHashMap<>();
    for (Map.Entry<String, SavepointVersion> each : versions.entrySet()) {
      String table = each.getKey();
      SavepointVersion at = each.getValue();
      if (at.version().isEmpty()) {
        continue;
      }
      long version = at.version().getAsLong();
      rewind(table, version, false);
      rewound.put(table, version);
      progress.accept("%s is back at version %d".formatted(table, version));
      if (!at.others().isEmpty()) {
        progress.accept(
            "  with it went what others wrote: %s".formatted(String.join(", ", at.others())));
      }
    }
    return rewound;
  }

  private void rewind(String table, long version, boolean dryRun) throws IOException {
    try {
      lake.rewind(table, saved, version, dryRun);
    } catch (RefusedTableException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  /** A table that does not hold what the savepoint knows, in a few words; empty if all do. */
  Optional<String> newer() throws IOException {
    List<String> newer = new ArrayList<>();
    String first = "";
    for (Map.Entry<String, SavepointVersion> table : versions().entrySet()) {
      SavepointVersion at = table.getValue();
      if (at.newer() && newer.isEmpty()) {
        first =
            "%s is at version %d, and version %d belongs to it"
                .formatted(table.getKey(), at.latest(), at.version().orElse(at.latest()));
      }
      if (at.newer()) {
        newer.add(table.getKey());
      }
    }
    return newer.isEmpty()
        ? Optional.empty()
        : Optional.of(
            newer.size() == 1 ? first : first + "; so with %d more".formatted(newer.size() - 1));
  }
}
