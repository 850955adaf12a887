package io.sluice.runtime.stage;

import io.sluice.definition.model.Pipeline.EventTime;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.silver.SilverLayout;
import java.time.Duration;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.table.data.RowData;

/** Makes {@link EventTimeOperator}s and the coordinator through which they know of each other. */
public final class EventTimeFactory extends AbstractStreamOperatorFactory<RowData>
    implements OneInputStreamOperatorFactory<RowData, RowData>,
        CoordinatedOperatorFactory<RowData> {
  private static final long serialVersionUID = 1L;

  private final SilverLayout layout;
  private final EventTime eventTime;
  private final AccountedOffsets accounted;
  private final Backlog backlog;
  private final Duration interval;

  /**
   * A factory.
   *
   * @param backlog of the source that the operators are chained to
   * @param interval how often event time moves on, at least a millisecond
   */
  public EventTimeFactory(
      SilverLayout layout,
      EventTime eventTime,
      AccountedOffsets accounted,
      Backlog backlog,
      Duration interval) {
    this.layout = layout;
    this.eventTime = eventTime;
    this.accounted = accounted;
    this.backlog = backlog;
    this.interval = interval;
  }

  @Override
  @SuppressWarnings("unchecked") // Flink asks for the class that getStreamOperatorClass names.
  public <T extends StreamOperator<RowData>> T createStreamOperator(
      StreamOperatorParameters<RowData> parameters) {
    OperatorID id = parameters.getStreamConfig().getOperatorID();
    EventTimeOperator operator =
        new EventTimeOperator(
            parameters,
            layout,
            eventTime,
            accounted,
            backlog,
            interval,
            parameters.getOperatorEventDispatcher().getOperatorEventGateway(id));
    parameters.getOperatorEventDispatcher().registerEventHandler(id, operator);
    return (T) operator;
  }

  @Override
  public OperatorCoordinator.Provider getCoordinatorProvider(String name, OperatorID id) {
    return new Provider(id);
  }

  @Override
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return EventTimeOperator.class;
  }

  private record Provider(OperatorID id) implements OperatorCoordinator.Provider {
    @Override
    public OperatorID getOperatorId() {
      return id;
    }

    @Override
    public OperatorCoordinator create(OperatorCoordinator.Context context) {
      return new EventTimeCoordinator(context.currentParallelism());
    }
  }
}
