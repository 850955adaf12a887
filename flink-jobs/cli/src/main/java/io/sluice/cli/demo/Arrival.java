package io.sluice.cli.demo;

import io.sluice.cli.demo.measure.Coverage;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.demo.trade.DemoClock;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until every store holds what was sent, as long as anything moves and the job lives. */
final class Arrival {

  /**
   * Sooner than the second between two commits, and seldom enough not to slow down what it times.
   */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long JOB_LOOK_MICROS = TimeUnit.SECONDS.toMicros(1);
  private static final long SAY_MICROS = TimeUnit.SECONDS.toMicros(5);
  private static final long STANDSTILL_MICROS = TimeUnit.MINUTES.toMicros(2);

  private final DemoClock clock;
  private final DemoStack stack;
  private final DemoConsole console;
  private final Path home;
  private long moved;
  private long jobSeen;
  private long said;
  private Coverage.Gap last;

  Arrival(DemoClock clock, DemoStack stack, DemoConsole console, Path home) {
    this.clock = clock;
    this.stack = stack;
    this.console = console;
    this.home = home;
  }

  /** Gives the time at which every store held everything, or at which nothing moved any more. */
  long await(Coverage coverage, long acked) throws IOException, InterruptedException {
    moved = clock.micros();
    jobSeen = moved;
    Look look = awaitLedger(coverage, acked);
    said = clock.micros();
    while (look.gap().isPresent() && !standsStill(look.gap().get())) {
      sayWhatLacks(look.gap().get());
      look = next(coverage);
    }
    return look.gap().isEmpty() ? look.micros() : moved;
  }

  /** The ledger is looked at first: until it is complete, its count says how far everything is. */
  private Look awaitLedger(Coverage coverage, long acked) throws IOException, InterruptedException {
    try (DemoProgress progress = console.progress("processed", acked)) {
      Look look = look(coverage);
      while (look.gap().filter(gap -> gap.store().equals(Coverage.LEDGER)).isPresent()) {
        progress.reached(look.gap().get().found());
        if (standsStill(look.gap().get())) {
          return look;
        }
        look = next(coverage);
      }
      progress.reached(acked);
      return look;
    }
  }

  private boolean standsStill(Coverage.Gap gap) {
    long now = clock.micros();
    moved = gap.equals(last) ? moved : now;
    last = gap;
    if (now - moved <= STANDSTILL_MICROS) {
      return false;
    }
    console.say(
        "For %d s nothing has moved: %s holds %,d of %,d."
            .formatted(
                TimeUnit.MICROSECONDS.toSeconds(STANDSTILL_MICROS),
                gap.store(),
                gap.found(),
                gap.expected()));
    return true;
  }

  private void sayWhatLacks(Coverage.Gap gap) {
    long now = clock.micros();
    if (now - said >= SAY_MICROS) {
      said = now;
      console.say(
          "  waiting for %s: %,d of %,d".formatted(gap.store(), gap.found(), gap.expected()));
    }
  }

  private Look next(Coverage coverage) throws IOException, InterruptedException {
    long now = clock.micros();
    if (now - jobSeen > JOB_LOOK_MICROS) {
      jobSeen = now;
      stopOnFailure();
    }
    LockSupport.parkNanos(LOOK_NANOS);
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped");
    }
    return look(coverage);
  }

  /** What is missing at a time; the amendments are looked at last, which takes a while. */
  private Look look(Coverage coverage) {
    Optional<Coverage.Gap> gap = coverage.look();
    long now = clock.micros();
    return new Look(now, gap.or(coverage::lookAtAmendments));
  }

  private record Look(long micros, Optional<Coverage.Gap> gap) {}

  private void stopOnFailure() throws InterruptedException {
    Optional<String> failure;
    try {
      failure = stack.failure();
    } catch (IOException e) {
      // Flink is being started again, or nothing moves any more and the run ends by that.
      return;
    }
    if (failure.isPresent()) {
      throw new CommandFailure(
          "The job %s has ended: %s. The logs folder of %s says more."
              .formatted(Names.PIPELINE, failure.get(), home));
    }
  }
}
