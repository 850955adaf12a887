package io.sluice.cli.fault;

import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.demo.trade.DemoClock;
import io.sluice.cli.demo.trade.DemoEvents;
import io.sluice.cli.demo.trade.LoadProducer;
import io.sluice.cli.demo.trade.SendTimes;
import io.sluice.cli.demo.trade.TradeGenerator;
import io.sluice.cli.demo.trade.TradeMix;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Trades at a steady rate in the background, until it is closed. */
final class SteadyTrades implements AutoCloseable {
  /** Per second. */
  static final long RATE = 300;

  private static final int MOST = 600_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Ends the producer between two events. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final FutureTask<Void> sending;
  private volatile boolean ended;

  private SteadyTrades(FaultStack stack, double dirty, long seed) {
    sending =
        new FutureTask<>(
            () -> {
              send(stack, dirty, seed);
              return null;
            });
  }

  /**
   * Begins to send.
   *
   * @param dirty the share of events that are late, twice, or break a rule
   */
  static SteadyTrades begin(FaultStack stack, double dirty, long seed) {
    SteadyTrades trades = new SteadyTrades(stack, dirty, seed);
    new Thread(trades.sending, "steady trades " + seed).start();
    return trades;
  }

  private void send(FaultStack stack, double dirty, long seed) throws InterruptedException {
    DemoEvents events = new DemoEvents(MOST);
    var generator =
        new TradeGenerator(new TradeMix(MOST, dirty, seed), seed, stack.schemaId(), events);
    try (var producer = LoadProducer.connect(stack.at().kafka())) {
      new LoadProducer(producer, Names.TOPIC, events)
          .run(
              generator,
              MOST,
              new SendTimes(new DemoClock(), RATE),
              (sent, acked) -> {
                if (ended) {
                  throw new EnoughException();
                }
              });
    } catch (EnoughException enough) {
      return;
    }
    throw new IllegalStateException("All " + MOST + " trades were sent before the end.");
  }

  /** Ends the sending; fails if it had ended by itself. */
  @Override
  public void close() throws InterruptedException, ExecutionException, TimeoutException {
    ended = true;
    sending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
