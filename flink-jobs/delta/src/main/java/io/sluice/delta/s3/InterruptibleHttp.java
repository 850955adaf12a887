package io.sluice.delta.s3;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Ends a request whose thread is interrupted, as Flink does with cancelled tasks. A thread that
 * waits for a socket does not notice it by itself.
 */
final class InterruptibleHttp implements SdkHttpClient {

  private static final long LOOK_MILLIS = 100;

  private final SdkHttpClient http;
  private final ScheduledExecutorService timer;
  private final ThreadLocal<AtomicReference<ExecutableHttpRequest>> running = new ThreadLocal<>();

  InterruptibleHttp(SdkHttpClient http, ScheduledExecutorService timer) {
    this.http = http;
    this.timer = timer;
  }

  /** Runs a call of the SDK, all attempts and the reading of the reply with it. */
  <T> T watched(Supplier<T> call) {
    Thread caller = Thread.currentThread();
    AtomicReference<ExecutableHttpRequest> request = new AtomicReference<>();
    ScheduledFuture<?> watch =
        timer.scheduleWithFixedDelay(
            () -> abortIfInterrupted(caller, request),
            LOOK_MILLIS,
            LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
    running.set(request);
    try {
      return call.get();
    } finally {
      running.remove();
      watch.cancel(false);
    }
  }

  private static void abortIfInterrupted(
      Thread caller, AtomicReference<ExecutableHttpRequest> request) {
    ExecutableHttpRequest now = request.get();
    if (now != null && caller.isInterrupted()) {
      now.abort();
    }
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = http.prepareRequest(request);
    AtomicReference<ExecutableHttpRequest> watched = running.get();
    if (watched != null) {
      watched.set(prepared);
    }
    return prepared;
  }

  @Override
  public String clientName() {
    return http.clientName();
  }

  @Override
  public void close() {
    http.close();
  }
}
