package io.sluice.cli.command;

import io.sluice.cli.text.Amounts;
import io.sluice.cli.text.Cells;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import io.sluice.delta.maintain.CheckpointResult;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.storage.OpenRead;
import java.util.List;
import java.util.stream.Collectors;

/** Says what maintenance of a table did, or would do. */
final class MaintenanceReport {
  private final Output output;
  private final String table;
  private final boolean dryRun;
  private final boolean json;

  /**
   * @param json whether a program reads it
   */
  MaintenanceReport(Output output, String table, boolean dryRun, boolean json) {
    this.output = output;
    this.table = table;
    this.dryRun = dryRun;
    this.json = json;
  }

  void print(RewriteResult result) {
    if (json) {
      json(result);
    } else {
      text(result);
    }
  }

  void print(VacuumResult result) {
    if (json) {
      json(result);
    } else {
      text(result);
    }
  }

  void print(CheckpointResult result) {
    if (json) {
      json(result);
    } else {
      text(result);
    }
  }

  private void text(RewriteResult result) {
    if (result.filesRemoved() == 0) {
      output.line("%s: nothing %s.".formatted(table, dryRun ? "to do" : "was done"));
    } else if (dryRun) {
      output.line(
          "%s: %s (%s) would become about %d."
              .formatted(
                  table,
                  files(result.filesRemoved()),
                  Amounts.bytes(result.bytesRemoved()),
                  result.filesAdded()));
    } else {
      output.line(
          "%s: %s (%s) became %d (%s) in version %d."
              .formatted(
                  table,
                  files(result.filesRemoved()),
                  Amounts.bytes(result.bytesRemoved()),
                  result.filesAdded(),
                  Amounts.bytes(result.bytesAdded()),
                  result.version().orElseThrow()));
    }
    if (result.filesDropped() > 0) {
      output.remark(
          "%s left as they are: another writer changed the table meanwhile."
              .formatted(files(result.filesDropped())));
    }
  }

  private void json(RewriteResult result) {
    output.json(
        new Rewritten(
            table,
            dryRun,
            result.version().isPresent() ? result.version().getAsLong() : null,
            result.filesRemoved(),
            result.bytesRemoved(),
            result.filesAdded(),
            result.bytesAdded(),
            result.rows(),
            result.filesDropped()));
  }

  /** The version is null when there is none. */
  private record Rewritten(
      String table,
      boolean dryRun,
      Long version,
      long filesRemoved,
      long bytesRemoved,
      long filesAdded,
      long bytesAdded,
      long rows,
      long filesDropped) {}

  private void text(VacuumResult result) {
    if (dryRun) {
      result.files().forEach(file -> output.line(Cells.whole(file)));
    }
    output.line(
        "%s: %s (%s) of before %s %s."
            .formatted(
                table,
                files(result.files().size()),
                Amounts.bytes(result.bytes()),
                Text.time(result.before()),
                dryRun ? "would be removed" : "removed"));
    if (!result.openReads().isEmpty()) {
      output.remark(
          "Files were kept for %s: %s."
              .formatted(reads(result.openReads().size()), reads(result.openReads())));
    }
    if (!result.expiredReads().isEmpty()) {
      output.remark(
          "Nothing was kept for %s without a sign of life for too long: %s. Such a source cannot be restored."
              .formatted(reads(result.expiredReads().size()), reads(result.expiredReads())));
    }
  }

  private static String reads(int count) {
    return count == 1 ? "1 open read" : count + " open reads";
  }

  private static String reads(List<OpenRead> reads) {
    return reads.stream()
        .map(
            read ->
                "%s of version %d, last seen %s"
                    .formatted(read.id(), read.version(), Text.time(read.lastSeen())))
        .collect(Collectors.joining("; "));
  }

  private void json(VacuumResult result) {
    output.json(
        new Vacuumed(
            table,
            dryRun,
            result.version(),
            result.before().toString(),
            result.bytes(),
            result.files(),
            entries(result.openReads()),
            entries(result.expiredReads())));
  }

  private record Vacuumed(
      String table,
      boolean dryRun,
      long version,
      String before,
      long bytes,
      List<String> files,
      List<ReadEntry> openReads,
      List<ReadEntry> expiredReads) {}

  private record ReadEntry(String id, long version, String lastSeen) {}

  private static List<ReadEntry> entries(List<OpenRead> reads) {
    return reads.stream()
        .map(read -> new ReadEntry(read.id(), read.version(), read.lastSeen().toString()))
        .toList();
  }

  private void text(CheckpointResult result) {
    output.line(
        "%s: version %d %s."
            .formatted(
                table,
                result.version(),
                !result.missing()
                    ? "has a log checkpoint already"
                    : dryRun ? "has no log checkpoint yet" : "has a log checkpoint now"));
  }

  private void json(CheckpointResult result) {
    output.json(new Checkpointed(table, dryRun, result.version(), result.missing()));
  }

  private record Checkpointed(String table, boolean dryRun, long version, boolean missing) {}

  private static String files(long count) {
    return count == 1 ? "1 file" : count + " files";
  }
}
