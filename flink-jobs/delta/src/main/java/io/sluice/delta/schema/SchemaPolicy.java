package io.sluice.delta.schema;

import org.apache.flink.annotation.PublicEvolving;

/**
 * What a sink does with columns that its table lacks, or has with narrower types; the names are
 * those of Flink CDC. Columns that only the table has are left null under every policy, and a
 * column of a type that is neither wider nor narrower is always an error.
 */
@PublicEvolving
public enum SchemaPolicy {
  /** Adds or widens them, in the version that brings the first rows with them. */
  EVOLVE,
  /**
   * Leaves them out, counts them ({@code columnsDropped}) and names them once in the log; Flink CDC
   * calls that "ignore". Wider types are an error.
   */
  LENIENT,
  /** Fails the job and names them. */
  FAIL
}
