package io.sluice.runtime.ledger;

import io.sluice.runtime.measure.StageMetric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * Adds up what the stages of one dataset report and writes one ledger row per checkpoint that saw
 * records. Runs with parallelism 1: the barrier reaches it only when every stage has reported, so a
 * row is complete. The row also says what became of the events of each view (see {@link
 * ViewLedger}). A gap other than zero is logged as an error and shown as a metric; what was counted
 * since the pipeline began is shown as {@link LedgerTotals}.
 */
public final class LedgerOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  /** The column with the id of the topic that the offsets are of; null when it is not known. */
  public static final String TOPIC_ID = "topic_id";

  private static final LogicalType STRING = new VarCharType(false, VarCharType.MAX_LENGTH);
  private static final LogicalType COUNT = new BigIntType(false);
  private static final LogicalType COUNTS = new MapType(false, STRING, COUNT);

  /** Layout of the ledger table. */
  public static final RowType ROW_TYPE =
      RowType.of(
          false,
          new LogicalType[] {
            STRING,
            STRING,
            COUNT,
            COUNT,
            COUNT,
            COUNT,
            COUNT,
            COUNT,
            COUNT,
            COUNTS,
            COUNTS,
            COUNTS,
            COUNTS,
            new VarCharType(true, VarCharType.MAX_LENGTH),
            new MapType(true, STRING, ViewLedger.ROW_TYPE)
          },
          new String[] {
            "dataset",
            "incarnation",
            "checkpoint_id",
            "consumed",
            "silver",
            "rejected",
            "duplicates",
            "filtered",
            "gap",
            "rejected_by_rule",
            "kept_by_rule",
            "from_offsets",
            "to_offsets",
            TOPIC_ID,
            "views"
          });

  private final String dataset;
  private final String topicId;
  private final DefinitionGuard guard;
  private final HashMap<String, Integer> views;
  private transient StageCounts total;
  private transient ListState<String> incarnationState;
  private transient String incarnation;
  private transient ListState<RowData> totalsState;
  private transient LedgerTotals totals;
  private transient ListState<RowData> viewsState;
  private transient ViewLedger viewLedger;
  private transient long gaps;
  private transient long lastCheckpoint;

  /**
   * An operator.
   *
   * @param topicId of the topic that the dataset's records come from; empty when it is not known
   * @param guard keeps the definition in this operator's state, which every pipeline has
   * @param views the views of the dataset, each with its generation
   */
  public LedgerOperator(
      String dataset, String topicId, DefinitionGuard guard, Map<String, Integer> views) {
    this.views = new HashMap<>(views);
    this.dataset = dataset;
    this.topicId = topicId;
    this.guard = guard;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    guard.initializeState(context.getOperatorStateStore());
    lastCheckpoint = context.getRestoredCheckpointId().orElse(0);
    incarnationState =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("incarnation", Types.STRING));
    List<String> restored = new ArrayList<>();
    incarnationState.get().forEach(restored::add);
    incarnation = restored.isEmpty() ? UUID.randomUUID().toString() : restored.get(0);
    totalsState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("totals", InternalTypeInfo.of(StageCounts.DATASET_TYPE)));
    totals = new LedgerTotals(dataset, getMetricGroup());
    for (RowData counts : totalsState.get()) {
      totals.add(counts);
    }
    viewsState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("views", InternalTypeInfo.of(ViewLedger.STATE_TYPE)));
    viewLedger = new ViewLedger(views, context.isRestored(), viewsState.get());
  }

  @Override
  public void open() throws Exception {
    super.open();
    total = new StageCounts();
    StageMetric.LEDGER_GAP
        .in(getMetricGroup(), dataset)
        .gauge(StageMetric.LEDGER_GAP.text(), (Gauge<Long>) () -> gaps);
  }

  /** Everything counted since the pipeline began. */
  LedgerTotals totals() {
    return totals;
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    total.add(element.getValue());
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    lastCheckpoint = checkpointId;
    emit(checkpointId);
  }

  /** What is left at the end of all input belongs to the checkpoint that follows. */
  @Override
  public void finish() {
    emit(lastCheckpoint + 1);
  }

  private void emit(long checkpointId) {
    List<ViewLedger.Line> lines = viewLedger.close(total.views());
    if (!total.isEmpty() || !lines.isEmpty()) {
      alert(checkpointId, lines);
      output.collect(new StreamRecord<>(row(checkpointId, lines)));
      totals.add(total.datasetRow());
    }
    total.clear();
  }

  private void alert(long checkpointId, List<ViewLedger.Line> lines) {
    if (total.gap() != 0) {
      gaps += Math.abs(total.gap());
      LOG.error(
          "Ledger of dataset {} does not balance at checkpoint {}: {} of {} consumed records are not accounted for.",
          dataset,
          checkpointId,
          total.gap(),
          total.consumedCount());
    }
    for (ViewLedger.Line line : lines) {
      if (line.gap() != 0) {
        gaps += Math.abs(line.gap());
        LOG.error(
            "Ledger of view {} does not balance at checkpoint {}: {} events that it took are not accounted for.",
            line.view(),
            checkpointId,
            line.gap());
      }
    }
  }

  private RowData row(long checkpointId, List<ViewLedger.Line> lines) {
    return GenericRowData.of(
        StringData.fromString(dataset),
        StringData.fromString(incarnation),
        checkpointId,
        total.consumedCount(),
        total.silverCount(),
        total.rejectedCount(),
        total.duplicateCount(),
        total.filteredCount(),
        total.gap(),
        total.rejectedByRule(),
        total.keptByRule(),
        total.fromOffsets(),
        total.toOffsets(),
        topicId.isEmpty() ? null : StringData.fromString(topicId),
        ViewLedger.toMap(lines));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    incarnationState.update(List.of(incarnation));
    totalsState.update(List.of(totals.toRow()));
    viewsState.update(viewLedger.state());
    guard.snapshotState();
  }
}
