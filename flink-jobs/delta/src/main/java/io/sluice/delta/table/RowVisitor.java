package io.sluice.delta.table;

import org.apache.flink.annotation.PublicEvolving;

/** Is shown every row of a scan. */
@FunctionalInterface
@PublicEvolving
public interface RowVisitor {

  /**
   * @param row valid during this call only
   * @return false to end the scan
   */
  boolean visit(RowView row);
}
