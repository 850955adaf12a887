package io.sluice.connectors.kafka.catchup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.junit.jupiter.api.Test;

class PendingRecordsTest {
  private final PendingRecords pending = new PendingRecords();
  private final AtomicReference<Gauge<?>> registered = new AtomicReference<>();

  @Test
  void hearsTheGaugeThatTheReaderRegistersAndPassesItOn() {
    assertThat(pending.getAsLong()).isZero();
    AtomicLong records = new AtomicLong(7);
    Gauge<Long> gauge = records::get;
    pending.listening(context()).metricGroup().setPendingRecordsGauge(gauge);
    assertThat(registered.get()).isSameAs(gauge);
    records.set(8);
    assertThat(pending.getAsLong()).isEqualTo(8);
  }

  @Test
  void everythingElseIsTheContexts() {
    SourceReaderContext listening = pending.listening(context());
    assertThat(listening.getIndexOfSubtask()).isEqualTo(3);
    assertThatThrownBy(listening::getLocalHostName)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no host");
  }

  private SourceReaderContext context() {
    SourceReaderMetricGroup metrics =
        fake(
            SourceReaderMetricGroup.class,
            (proxy, method, arguments) -> {
              registered.set((Gauge<?>) arguments[0]);
              return null;
            });
    return fake(
        SourceReaderContext.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "metricGroup" -> metrics;
              case "getIndexOfSubtask" -> 3;
              default -> throw new IllegalStateException("no host");
            });
  }

  private static <T> T fake(Class<T> type, java.lang.reflect.InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
