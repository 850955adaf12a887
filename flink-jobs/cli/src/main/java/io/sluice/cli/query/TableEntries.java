package io.sluice.cli.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.delta.log.TableVersion;
import io.sluice.delta.table.TableColumn;
import io.sluice.delta.table.TableDetail;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What 'sluice table' shows, in columns and as JSON; the names of the components are the keys. */
public final class TableEntries {
  private TableEntries() {}

  /** A table of a list in which one cannot be read; that one has no version. */
  public record ListedTable(String table, Long version, String lastCommit, String problem) {
    public ReadableTable withoutProblem() {
      return new ReadableTable(table, version, lastCommit);
    }
  }

  /** A table of a list in which all can be read. */
  public record ReadableTable(String table, Long version, String lastCommit) {}

  /** A version of a table's history. */
  public record HistoryEntry(
      long version,
      String time,
      String operation,
      int filesAdded,
      int filesRemoved,
      long rowsAdded,
      long bytesAdded,
      String engine,
      Map<String, String> parameters) {
    public static HistoryEntry of(TableVersion version) {
      return new HistoryEntry(
          version.version(),
          version.time().toString(),
          version.operation(),
          version.filesAdded(),
          version.filesRemoved(),
          version.rowsAdded(),
          version.bytesAdded(),
          version.engine(),
          version.parameters());
    }
  }

  /**
   * A table in detail.
   *
   * @param rows null when a file does not tell its rows
   * @param pausedUntil left out when the table is not paused
   */
  public record DetailEntry(
      String table,
      String path,
      long version,
      String lastCommit,
      long files,
      long bytes,
      Long rows,
      List<String> partitionColumns,
      int minReaderVersion,
      int minWriterVersion,
      List<String> features,
      Map<String, String> properties,
      @JsonInclude(JsonInclude.Include.NON_NULL) String pausedUntil) {
    public static DetailEntry of(String table, TableDetail detail, Optional<Instant> pausedUntil) {
      return new DetailEntry(
          table,
          detail.path(),
          detail.version(),
          detail.lastCommit().toString(),
          detail.files(),
          detail.bytes(),
          detail.rows() < 0 ? null : detail.rows(),
          detail.partitionColumns(),
          detail.minReaderVersion(),
          detail.minWriterVersion(),
          detail.features(),
          detail.properties(),
          pausedUntil.map(Instant::toString).orElse(null));
    }
  }

  /** A column of a table. */
  public record ColumnEntry(String column, String type, boolean nullable, boolean partition) {
    public static ColumnEntry of(TableColumn column) {
      return new ColumnEntry(column.name(), column.type(), column.nullable(), column.partition());
    }
  }
}
