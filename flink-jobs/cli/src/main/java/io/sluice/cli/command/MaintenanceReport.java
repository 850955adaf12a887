package io.sluice.cli.command;

import io.sluice.cli.text.Amounts;
import io.sluice.cli.text.Cells;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import io.sluice.delta.maintain.CheckpointResult;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.storage.OpenRead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what maintenance of a table did, or would do. */
final class MaintenanceReport {
  private final Output output;
  private final String table;
  private final boolean dryRun;

  MaintenanceReport(Output output, String table, boolean dryRun) {
    this.output = output;
    this.table = table;
    this.dryRun = dryRun;
  }

  void text(RewriteResult result) {
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

  void json(RewriteResult result) {
    Map<String, Object> entry = entry();
    entry.put("version", result.version().isPresent() ? result.version().getAsLong() : null);
    entry.put("filesRemoved", result.filesRemoved());
    entry.put("bytesRemoved", result.bytesRemoved());
    entry.put("filesAdded", result.filesAdded());
    entry.put("bytesAdded", result.bytesAdded());
    entry.put("rows", result.rows());
    entry.put("filesDropped", result.filesDropped());
    output.json(entry);
  }

  void text(VacuumResult result) {
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

  void json(VacuumResult result) {
    Map<String, Object> entry = entry();
    entry.put("version", result.version());
    entry.put("before", result.before());
    entry.put("bytes", result.bytes());
    entry.put("files", result.files());
    entry.put("openReads", entries(result.openReads()));
    entry.put("expiredReads", entries(result.expiredReads()));
    output.json(Cells.json(entry));
  }

  private static List<Map<String, Object>> entries(List<OpenRead> reads) {
    return reads.stream()
        .map(
            read ->
                Map.<String, Object>of(
                    "id", read.id(), "version", read.version(), "lastSeen", read.lastSeen()))
        .toList();
  }

  void text(CheckpointResult result) {
    output.line(
        "%s: version %d %s."
            .formatted(
                table,
                result.version(),
                !result.missing()
                    ? "has a log checkpoint already"
                    : dryRun ? "has no log checkpoint yet" : "has a log checkpoint now"));
  }

  void json(CheckpointResult result) {
    Map<String, Object> entry = entry();
    entry.put("version", result.version());
    entry.put("missing", result.missing());
    output.json(entry);
  }

  private Map<String, Object> entry() {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("table", table);
    entry.put("dryRun", dryRun);
    return entry;
  }

  private static String files(long count) {
    return count == 1 ? "1 file" : count + " files";
  }
}
