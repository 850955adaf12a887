package io.sluice.cli.platform;

import io.sluice.delta.log.TableVersion;
import io.sluice.delta.table.TableColumn;
import io.sluice.delta.table.TableDetail;
import io.sluice.delta.table.TableFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The Delta tables of a lake, for reading. A table is named {@code LAYER/NAME}. */
public interface Tables {

  /** A version of a table and when it was committed. */
  record Commit(long version, Instant time) {}

  /**
   * Rows of one version.
   *
   * @param columns the names, in order
   * @param rows values in the order of the columns: numbers, strings, booleans, {@link Instant},
   *     dates, lists, maps or null
   */
  record Rows(long version, List<String> columns, List<List<Object>> rows) {}

  /** Every table, sorted by name. */
  List<String> list() throws IOException;

  /** The newest commit; empty when the table has none. */
  Optional<Commit> latest(String table) throws IOException;

  /** The newest commits first. */
  List<TableVersion> history(String table, int limit) throws IOException;

  /**
   * The first rows of a version.
   *
   * @param version empty for the newest
   * @param columns empty for all
   */
  Rows rows(String table, Optional<Long> version, List<String> columns, int limit)
      throws IOException;

  /** The latest version whose commit time is at or before a moment. */
  long versionAsOf(String table, Instant time) throws IOException;

  /**
   * The data files of a version.
   *
   * @param version empty for the newest
   * @param copies the folder into which files of a bucket are copied; the caller removes it
   */
  TableFiles files(String table, Optional<Long> version, Path copies) throws IOException;

  /**
   * Refuses a table that another pipeline wrote.
   *
   * @param table which need not exist
   * @throws io.sluice.cli.text.CommandFailure with that pipeline and the ways out
   */
  void checkOwner(String table, String pipeline) throws IOException;

  /** Removes a table for good: its log and its files. */
  void remove(String table) throws IOException;

  /** The columns in order. */
  List<TableColumn> schema(String table) throws IOException;

  /** Path, files, protocol and properties of the newest version. */
  TableDetail detail(String table) throws IOException;

  /** Until when jobs keep what they would commit to it; empty if it is not paused. */
  Optional<Instant> pausedUntil(String table) throws IOException;
}
