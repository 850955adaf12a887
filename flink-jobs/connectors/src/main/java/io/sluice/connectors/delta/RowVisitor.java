package io.sluice.connectors.delta;

/** Is shown every row of a scan. */
@FunctionalInterface
public interface RowVisitor {

  /**
   * @param row valid during this call only
   * @return false to end the scan
   */
  boolean visit(RowView row);
}
