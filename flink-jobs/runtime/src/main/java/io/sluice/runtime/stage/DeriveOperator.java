package io.sluice.runtime.stage;

import io.sluice.definition.model.Pipeline.Derivation;
import io.sluice.runtime.expression.Evaluator;
import io.sluice.runtime.expression.ExpressionCompiler;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.silver.SilverLayout;
import java.util.List;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/**
 * Computes the derived columns of a working row, in order. A record for which one cannot be
 * computed (an overflow, a division by zero) becomes a reject of rule {@code derive:<column>}, one
 * without a value in a column that silver needs (a key) a reject of rule {@code required:<column>},
 * and one that names one partition of silver too many (see {@link PartitionLimit}) a reject of rule
 * {@code too_many_partitions:<column>}. Records that the ledger accounts for already are none: they
 * were decided on before, and silver's sink skips them.
 */
public final class DeriveOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  private final SilverLayout layout;
  private final List<String> needed;
  private final List<String> partitionBy;
  private final AccountedOffsets accounted;

  private transient PartitionLimit partitions;
  private transient Stage stage;
  private transient Evaluator[] evaluators;
  private transient int[] neededColumns;

  /**
   * An operator.
   *
   * @param needed silver columns that must have a value
   * @param partitionBy silver columns that name folders
   */
  public DeriveOperator(
      SilverLayout layout,
      List<String> needed,
      List<String> partitionBy,
      AccountedOffsets accounted) {
    this.layout = layout;
    this.needed = List.copyOf(needed);
    this.partitionBy = List.copyOf(partitionBy);
    this.accounted = accounted;
  }

  @Override
  public void open() throws Exception {
    super.open();
    stage = new Stage("derive", layout.dataset().name(), accounted, output, getMetricGroup());
    partitions = new PartitionLimit(partitionBy.stream().mapToInt(layout::indexOf).toArray());
    neededColumns = needed.stream().mapToInt(layout::indexOf).toArray();
    List<Derivation> derivations = layout.derivations();
    evaluators = new Evaluator[derivations.size()];
    for (int i = 0; i < evaluators.length; i++) {
      evaluators[i] = ExpressionCompiler.compile(derivations.get(i).expression(), layout.columns());
    }
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    GenericRowData row = (GenericRowData) element.getValue();
    if (layout.isAnnouncement(row) || derive(row) && isComplete(row) && hasPartition(row)) {
      output.collect(element);
    }
  }

  private boolean isComplete(GenericRowData row) {
    for (int i = 0; i < neededColumns.length; i++) {
      if (row.isNullAt(neededColumns[i])) {
        stage.reject(
            layout.rawOf(row),
            row.getInt(layout.schemaId()),
            "required:" + needed.get(i),
            needed.get(i) + " is null; the silver table is written by it");
        return false;
      }
    }
    return true;
  }

  private boolean hasPartition(GenericRowData row) {
    if (partitions.admits(row) || !stage.isNew(layout.rawOf(row))) {
      return true;
    }
    String columns = String.join(",", partitionBy);
    stage.reject(
        layout.rawOf(row),
        row.getInt(layout.schemaId()),
        "too_many_partitions:" + columns,
        "silver is partitioned by %s, and the records since the last checkpoint name %,d values of it already; replay the record later, or partition silver by something coarser"
            .formatted(columns, PartitionLimit.PER_CHECKPOINT));
    return false;
  }

  private boolean derive(GenericRowData row) {
    for (int i = 0; i < evaluators.length; i++) {
      try {
        row.setField(layout.firstDerived() + i, evaluators[i].evaluate(row));
      } catch (ArithmeticException e) {
        stage.reject(
            layout.rawOf(row),
            row.getInt(layout.schemaId()),
            "derive:" + layout.derivations().get(i).name(),
            e.getMessage());
        return false;
      }
    }
    return true;
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    partitions.clear();
    stage.report();
  }

  @Override
  public void finish() {
    stage.report();
  }
}
