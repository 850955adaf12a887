package io.sluice.job.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events to a receiver, one after the other in a thread of its own, so that no receiver can
 * slow or stop a job. An event that the receiver does not take in time is gone; the first of them
 * is told in the log, and then none until one was taken again.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

  /** Events that wait behind a receiver that hangs. */
  private static final int MOST_WAITING = 100;

  private final Receiver receiver;
  private final Duration timeLimit;
  private final Consumer<String> warnings;
  private final ScheduledThreadPoolExecutor thread;
  private final Set<Letter> waiting = ConcurrentHashMap.newKeySet();
  private final WhileBusy atExit;
  private boolean told;

  Delivery(Receiver receiver) {
    this(receiver, TIME_LIMIT, LOG::warn);
  }

  /**
   * A delivery with another limit.
   *
   * @param timeLimit of one event, from the connection to the answer
   * @param warnings takes sentences
   */
  Delivery(Receiver receiver, Duration timeLimit, Consumer<String> warnings) {
    this.receiver = receiver;
    this.timeLimit = timeLimit;
    this.warnings = warnings;
    this.thread = new ScheduledThreadPoolExecutor(1, Delivery::daemon);
    thread.setRemoveOnCancelPolicy(true);
    thread.setKeepAliveTime(1, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
    this.atExit = new WhileBusy(this::flush);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "openlineage");
    thread.setDaemon(true);
    return thread;
  }

  /** An event that is to be sent, at most once. */
  final class Letter implements Runnable {
    private final Supplier<ObjectNode> event;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Letter(Supplier<ObjectNode> event) {
      this.event = event;
    }

    @Override
    public void run() {
      if (open.getAndSet(false)) {
        deliver(event);
        done();
      }
    }

    /** Throws the event away unless it is under way. */
    void withdraw() {
      if (open.getAndSet(false)) {
        done();
      }
    }

    private void done() {
      waiting.remove(this);
      atExit.one(-1);
    }
  }

  /**
   * Sends an event later; at once when the process ends before that.
   *
   * @param event asked for when it is sent
   */
  Letter send(Duration delay, Supplier<ObjectNode> event) {
    Letter letter = new Letter(event);
    if (waiting.size() < MOST_WAITING) {
      waiting.add(letter);
      atExit.one(1);
      thread.schedule(letter, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
    return letter;
  }

  /** Sends what waits, until one of it is not taken. Returns when nothing is under way. */
  void flush() {
    for (Letter letter : waiting) {
      if (hasFailed()) {
        return;
      }
      letter.run();
    }
    hasFailed();
  }

  private synchronized boolean hasFailed() {
    return told;
  }

  private synchronized void deliver(Supplier<ObjectNode> event) {
    try {
      int status = post(event.get().toString());
      if (status / 100 == 2) {
        told = false;
      } else {
        tell("it answered with status " + status);
      }
    } catch (TimeoutException e) {
      tell("it did not answer within " + timeLimit.toMillis() + " ms");
    } catch (ExecutionException e) {
      tell(e.getCause() instanceof IOException ? e.getCause().toString() : e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      tell(e.toString());
    }
  }

  private int post(String event) throws ExecutionException, InterruptedException, TimeoutException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(receiver.address())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event));
    receiver.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    // Not kept: its thread would keep the classes of a job that has ended.
    HttpClient client = HttpClient.newBuilder().connectTimeout(timeLimit).build();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    try {
      return answer.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } finally {
      answer.cancel(true);
    }
  }

  private void tell(String reason) {
    if (!told) {
      warnings.accept(
          "OpenLineage's receiver %s did not take an event: %s. The job runs on; events are lost until it takes one again."
              .formatted(receiver, reason));
    }
    told = true;
  }
}
