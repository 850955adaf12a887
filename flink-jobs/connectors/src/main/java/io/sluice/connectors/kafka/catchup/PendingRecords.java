package io.sluice.connectors.kafka.catchup;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.LongSupplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/**
 * How many records of its partitions a reader has not fetched yet. The consumer knows that with
 * each fetch, and the reader registers it as the metric {@code pendingRecords}; this listens to
 * that registration, which costs the broker no request. For several threads.
 */
public final class PendingRecords implements LongSupplier {

  private volatile Gauge<Long> gauge = () -> 0L;

  /** The context that the reader is to be made with. */
  public SourceReaderContext listening(SourceReaderContext context) {
    SourceReaderMetricGroup metrics = context.metricGroup();
    SourceReaderMetricGroup listening =
        proxy(
            SourceReaderMetricGroup.class,
            (proxy, method, arguments) -> {
              if (method.getName().equals("setPendingRecordsGauge")) {
                hear((Gauge<?>) arguments[0]);
              }
              return call(metrics, method, arguments);
            });
    return proxy(
        SourceReaderContext.class,
        (proxy, method, arguments) ->
            method.getName().equals("metricGroup") ? listening : call(context, method, arguments));
  }

  private void hear(Gauge<?> registered) {
    gauge = () -> ((Number) registered.getValue()).longValue();
  }

  /** Records; 0 as long as nothing was fetched. */
  @Override
  public long getAsLong() {
    return gauge.getValue();
  }

  private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            PendingRecords.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
