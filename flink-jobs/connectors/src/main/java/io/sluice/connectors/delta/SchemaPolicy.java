package io.sluice.connectors.delta;

/**
 * What a sink does with columns that its table lacks; the names are those of Flink CDC. Columns
 * that only the table has are left null under every policy, and a column of another type is always
 * an error.
 */
public enum SchemaPolicy {
  /** Adds them to the table, in the version that brings the first rows with them. */
  EVOLVE,
  /** Leaves them out, counts them ({@code columnsDropped}) and names them once in the log. */
  LENIENT,
  /** Fails the job and names them. */
  FAIL
}
