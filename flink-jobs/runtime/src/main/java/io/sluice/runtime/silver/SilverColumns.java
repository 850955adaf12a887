package io.sluice.runtime.silver;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.table.types.logical.RowType;

/** What the silver table makes of columns that the contract lacks. */
@FunctionalInterface
public interface SilverColumns extends Serializable {

  /**
   * Settles new columns for good: all subtasks and every restart get the same answer, so that rows
   * of two schemas never meet in the sink with two types of one column.
   *
   * @param wanted as a writer's schema has them, all nullable
   * @return the same columns with the types that the table has, or will have
   * @throws IllegalArgumentException if the table can have no such column whatever its type; the
   *     message is a sentence that says why
   * @throws IOException if it cannot be told now; the job fails over rather than reject good
   *     records
   */
  RowType settle(RowType wanted) throws IOException;
}
