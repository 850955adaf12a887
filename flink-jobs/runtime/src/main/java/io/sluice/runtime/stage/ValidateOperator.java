package io.sluice.runtime.stage;

import io.sluice.definition.model.Expectation;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.measure.StageMetric;
import io.sluice.runtime.quality.Validator;
import io.sluice.runtime.silver.SilverLayout;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/**
 * Checks the expectations of the contract in one pass. Severity error rejects the record, warning
 * and info keep it and note the rule for the stage that counts silver, {@code sluice.action: fail}
 * stops the job for good. Working rows in and out.
 */
public final class ValidateOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  /** So many records per rule of severity warning are named in the log. */
  private static final int LOGGED_WARNINGS = 10;

  private final SilverLayout layout;
  private final AccountedOffsets accounted;

  private transient Stage stage;
  private transient Validator validator;
  private transient WiderColumnRows wideRows;
  private transient int[] warnings;
  private transient RowData current;
  private transient StringBuilder broken;
  private transient IntConsumer kept;
  private transient Counter evaluated;

  public ValidateOperator(SilverLayout layout, AccountedOffsets accounted) {
    this.layout = layout;
    this.accounted = accounted;
  }

  @Override
  public void open() throws Exception {
    super.open();
    stage = new Stage("validate", layout.dataset().name(), accounted, output, getMetricGroup());
    validator =
        Validator.compile(layout.dataset().contract().expectations(), layout.dataset().columns());
    wideRows = new WiderColumnRows(layout);
    for (Expectation expectation : validator.expectations()) {
      if (expectation.action() == Expectation.Action.QUARANTINE) {
        stage.expect(expectation.rule());
      }
    }
    evaluated =
        StageMetric.DQ_EVALUATED
            .in(getMetricGroup(), layout.dataset().name())
            .counter(StageMetric.DQ_EVALUATED.text());
    warnings = new int[validator.expectations().size()];
    kept = this::keep;
    broken = new StringBuilder();
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    RowData row = element.getValue();
    if (layout.isAnnouncement(row)) {
      output.collect(element);
      return;
    }
    current = row;
    evaluated.inc();
    broken.setLength(0);
    Optional<WiderColumnRows.Wide> wide = wideRows.of(row);
    Validator rules = wide.map(WiderColumnRows.Wide::rules).orElse(validator);
    RowData checked = wide.<RowData>map(WiderColumnRows.Wide::columns).orElse(row);
    int violation = rules.firstViolation(checked, layout.arrivalMillis(row), kept);
    if (violation == Validator.NONE) {
      StringData noted = broken.isEmpty() ? null : StringData.fromString(broken.toString());
      ((GenericRowData) row).setField(layout.kept(), noted);
      output.collect(element);
    } else {
      turnAway(row, violation, rules.reason(violation, checked, layout.arrivalMillis(row)));
    }
  }

  private void turnAway(RowData row, int violation, String reason) {
    Expectation expectation = validator.expectations().get(violation);
    if (expectation.action() == Expectation.Action.FAIL) {
      throw new SuppressRestartsException(
          new ExpectationFailedException(
              layout.dataset().name(), expectation.rule(), coordinates(row), reason));
    }
    stage.reject(layout.rawOf(row), row.getInt(layout.schemaId()), expectation.rule(), reason);
  }

  private void keep(int index) {
    Expectation expectation = validator.expectations().get(index);
    broken.append(broken.isEmpty() ? "" : ",").append(index);
    if (expectation.action() == Expectation.Action.WARN && warnings[index] < LOGGED_WARNINGS) {
      warnings[index]++;
      LOG.warn("Rule {} does not hold at {}.", expectation.rule(), coordinates(current));
    }
  }

  private String coordinates(RowData row) {
    return "%s partition %d offset %d"
        .formatted(
            row.getString(layout.topic()),
            row.getInt(layout.partition()),
            row.getLong(layout.offset()));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    stage.report();
  }

  @Override
  public void finish() {
    stage.report();
  }
}
