package io.sluice.connectors.kafka.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.junit.jupiter.api.Test;

class CatchUpEnumeratorTest {
  private final List<String> calls = new ArrayList<>();
  private final List<Boolean> told = new ArrayList<>();
  private final List<Boolean> toldOfOther = new ArrayList<>();
  private CatchUpEnumerator closed;
  private final String job = UUID.randomUUID().toString();
  private final CatchUpEnumerator enumerator = enumerator(told);
  private final CatchUpEnumerator other = enumerator(toldOfOther);

  @Test
  void isBehindAsLongAsOneReaderIs() {
    enumerator.addReader(0);
    enumerator.addReader(1);
    assertThat(told).as("whatever an enumerator before it has said").containsExactly(false);
    enumerator.handleSourceEvent(0, Pace.BEHIND);
    enumerator.handleSourceEvent(1, Pace.BEHIND);
    enumerator.handleSourceEvent(0, Pace.LIVE);
    assertThat(told).containsExactly(false, true);
    enumerator.handleSourceEvent(1, Pace.LIVE);
    assertThat(told).containsExactly(false, true, false);
  }

  @Test
  void aReaderThatIsStartedAgainIsNotBehind() {
    enumerator.addReader(0);
    enumerator.handleSourceEvent(0, Pace.BEHIND);
    enumerator.addReader(0);
    assertThat(told).containsExactly(false, true, false);
  }

  @Test
  void theJobIsQuietWhenAllReadersOfAllSourcesAre() {
    started(enumerator, 0, 1);
    started(other, 0);
    enumerator.handleSourceEvent(0, Pace.QUIET);
    enumerator.handleSourceEvent(1, Pace.QUIET);
    assertThat(told).as("another source reads").containsExactly(false);
    other.handleSourceEvent(0, Pace.QUIET);
    assertThat(told).containsExactly(false, true);
    assertThat(toldOfOther).containsExactly(false, true);
    enumerator.handleSourceEvent(1, Pace.LIVE);
    assertThat(told).containsExactly(false, true, false);
    assertThat(toldOfOther).as("or checkpoints stay rare").containsExactly(false, true, false);
  }

  @Test
  void aSourceThatIsBehindHasABacklogWhateverTheOthersHave() {
    started(enumerator, 0, 1);
    started(other, 0);
    enumerator.handleSourceEvent(0, Pace.QUIET);
    other.handleSourceEvent(0, Pace.QUIET);
    enumerator.handleSourceEvent(1, Pace.BEHIND);
    assertThat(told).containsExactly(false, true);
    assertThat(toldOfOther).containsExactly(false);
    enumerator.handleSourceEvent(1, Pace.QUIET);
    assertThat(told)
        .as("from behind to quiet nothing changes for Flink")
        .containsExactly(false, true);
    assertThat(toldOfOther).containsExactly(false, true);
  }

  @Test
  void aSourceThatHasNotStartedOrHasNoReaderYetIsNotQuiet() {
    started(enumerator, 0);
    other.start();
    enumerator.handleSourceEvent(0, Pace.QUIET);
    assertThat(told).containsExactly(false);
    other.addReader(0);
    other.handleSourceEvent(0, Pace.QUIET);
    assertThat(told).containsExactly(false, true);
  }

  @Test
  void aSourceThatIsClosedCountsNoMoreAndIsToldNothing() throws Exception {
    started(enumerator, 0);
    started(other, 0);
    enumerator.handleSourceEvent(0, Pace.QUIET);
    closed = other;
    other.close();
    other.handleSourceEvent(0, Pace.LIVE);
    assertThat(told).as("what was under way when it closed").containsExactly(false, true);
    assertThat(toldOfOther).containsExactly(false);
  }

  @Test
  void aSourceWhoseThreadHasEndedIsNotToldAndTheOthersAre() {
    started(enumerator, 0);
    started(other, 0);
    enumerator.handleSourceEvent(0, Pace.QUIET);
    closed = enumerator;
    other.handleSourceEvent(0, Pace.QUIET);
    assertThat(told).containsExactly(false);
    assertThat(toldOfOther).containsExactly(false, true);
  }

  @Test
  void aReaderThatIsStartedAgainIsNotQuiet() {
    started(enumerator, 0);
    enumerator.handleSourceEvent(0, Pace.QUIET);
    enumerator.addReader(0);
    assertThat(told).containsExactly(false, true, false);
  }

  private static void started(CatchUpEnumerator enumerator, int... readers) {
    enumerator.start();
    for (int reader : readers) {
      enumerator.addReader(reader);
    }
  }

  @Test
  void everythingElseIsTheWrappedOnes() throws Exception {
    enumerator.start();
    enumerator.addReader(2);
    enumerator.handleSplitRequest(2, "host");
    enumerator.addSplitsBack(List.of(), 2);
    enumerator.handleSourceEvent(2, new SourceEvent() {});
    enumerator.snapshotState(1);
    enumerator.notifyCheckpointComplete(1);
    enumerator.notifyCheckpointAborted(2);
    enumerator.close();
    assertThat(calls)
        .containsExactly(
            "start",
            "addReader",
            "handleSplitRequest",
            "addSplitsBack",
            "handleSourceEvent",
            "snapshotState",
            "notifyCheckpointComplete",
            "notifyCheckpointAborted",
            "close");
  }

  @SuppressWarnings("unchecked")
  private SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> delegate() {
    return (SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SplitEnumerator.class},
            (proxy, method, arguments) -> {
              calls.add(method.getName());
              return null;
            });
  }

  private CatchUpEnumerator enumerator(List<Boolean> told) {
    CatchUpEnumerator[] made = new CatchUpEnumerator[1];
    made[0] = new CatchUpEnumerator(delegate(), context(told, () -> made[0] == closed), job);
    return made[0];
  }

  @SuppressWarnings("unchecked")
  private SplitEnumeratorContext<KafkaPartitionSplit> context(
      List<Boolean> told, BooleanSupplier ended) {
    return (SplitEnumeratorContext<KafkaPartitionSplit>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SplitEnumeratorContext.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "setIsProcessingBacklog" -> told.add((Boolean) arguments[0]);
                case "runInCoordinatorThread" -> {
                  if (ended.getAsBoolean()) {
                    throw new RejectedExecutionException("closed");
                  }
                  ((Runnable) arguments[0]).run();
                }
                default -> throw new AssertionError(method);
              }
              return null;
            });
  }
}
