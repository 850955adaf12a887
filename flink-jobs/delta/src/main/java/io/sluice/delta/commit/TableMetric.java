package io.sluice.delta.commit;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.metrics.MetricGroup;

/** The metrics of a table's sink. Each has the label {@value #LABEL}. */
@PublicEvolving
public enum TableMetric {
  FRESHNESS(
      "table_freshness_seconds",
      "gauge",
      "seconds",
      "age of the oldest row that the sink has taken and that is not yet readable in the table; 0 when none waits, so it does not grow while nothing arrives. The age counts from the row's Kafka timestamp where the table has one (bronze, silver, quarantine, late), else from when the sink took the row. Take the largest of a table's series"),
  LAST_COMMIT_VERSION(
      "table_last_commit_version",
      "gauge",
      "",
      "version of the last commit; -1 until the first one since the task started. Take the largest of a table's series"),
  COMMIT_DURATION("commit_duration_ms", "histogram", "milliseconds", "the last 1000 commits"),
  FILES_ACTIVE(
      "delta_files_active",
      "gauge",
      "files",
      "data files of the newest version; -1 while not known"),
  SMALL_FILES(
      "delta_small_files", "gauge", "files", "those that are worth compacting; -1 while not known"),
  COMPACTIONS("compactions_total", "counter", "commits", "compactions that were committed"),
  COMPACTIONS_DROPPED(
      "compactionsDropped",
      "counter",
      "compactions",
      "given up, because another commit changed their files"),
  COMPACTIONS_FAILED(
      "compactionsFailed",
      "counter",
      "compactions",
      "ended by an error, which is logged; they are tried again"),
  COMMITS("commits", "counter", "commits", "versions that the sink made"),
  COMMIT_CONFLICTS(
      "commitConflicts",
      "counter",
      "commits",
      "tried again, because another writer took the version"),
  FAILED_HOOKS(
      "failedPostCommitHooks",
      "counter",
      "hooks",
      "checkpoints and checksums of the table's log that could not be written; the commit stands"),
  ROWS_COMMITTED("rowsCommitted", "counter", "rows", "rows of new files"),
  FILES_COMMITTED("filesCommitted", "counter", "files", "new files"),
  FILES_WRITTEN("filesWritten", "counter", "files", "files that writers ended, committed or not"),
  ROWS_FENCED(
      "rowsFenced", "counter", "rows", "left out after a replay: the table has them already"),
  ROWS_OLDER("rowsOlder", "counter", "rows", "left out of an upsert: the table has a newer row"),
  COLUMNS_DROPPED(
      "columnsDropped", "counter", "columns", "columns that the table lacks and does not get");

  /** The label of each metric of a table. */
  public static final String LABEL = "table";

  private final String text;
  private final String kind;
  private final String unit;
  private final String meaning;

  TableMetric(String text, String kind, String unit, String meaning) {
    this.text = text;
    this.kind = kind;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** The metric's name, without Flink's scope. */
  public String text() {
    return text;
  }

  /** One of gauge, counter, histogram. */
  public String kind() {
    return kind;
  }

  /** What is counted or measured; empty for a number without one. */
  public String unit() {
    return unit;
  }

  /** One or two sentences for the reference. */
  public String meaning() {
    return meaning;
  }

  /** The group whose metrics have the table's name as a label. */
  static MetricGroup group(MetricGroup parent, String table) {
    return parent.addGroup(LABEL, table);
  }
}
