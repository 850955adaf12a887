package io.sluice.connectors.kafka.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.junit.jupiter.api.Test;

class CatchUpEnumeratorTest {
  private final List<String> calls = new ArrayList<>();
  private final List<Boolean> told = new ArrayList<>();
  private final CatchUpEnumerator enumerator = new CatchUpEnumerator(delegate(), context());

  @Test
  void isBehindAsLongAsOneReaderIs() {
    enumerator.addReader(0);
    enumerator.addReader(1);
    assertThat(told).as("whatever an enumerator before it has said").containsExactly(false);
    enumerator.handleSourceEvent(0, new CatchUpEvent(true));
    enumerator.handleSourceEvent(1, new CatchUpEvent(true));
    enumerator.handleSourceEvent(0, new CatchUpEvent(false));
    assertThat(told).containsExactly(false, true);
    enumerator.handleSourceEvent(1, new CatchUpEvent(false));
    assertThat(told).containsExactly(false, true, false);
  }

  @Test
  void aReaderThatIsStartedAgainIsNotBehind() {
    enumerator.addReader(0);
    enumerator.handleSourceEvent(0, new CatchUpEvent(true));
    enumerator.addReader(0);
    assertThat(told).containsExactly(false, true, false);
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

  @SuppressWarnings("unchecked")
  private SplitEnumeratorContext<KafkaPartitionSplit> context() {
    return (SplitEnumeratorContext<KafkaPartitionSplit>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SplitEnumeratorContext.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("setIsProcessingBacklog");
              told.add((Boolean) arguments[0]);
              return null;
            });
  }
}
