package io.sluice.cli.text;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a loop is: a bar on a terminal, else a plain line every few seconds. */
public interface Meter extends Runnable, AutoCloseable {

  /** One more step is done. */
  @Override
  void run();

  @Override
  void close();

  /**
   * @param task a word or two
   * @param total the number of steps, if it is known; else -1
   */
  static Meter start(String task, long total, CliContext context, PrintWriter err) {
    return context.terminal()
        ? new Bar(TerminalText.escape(task), total)
        : new Lines(task, err, System::nanoTime);
  }

  /** Draws in place. */
  final class Bar implements Meter {
    private final ProgressBar bar;

    Bar(String task, long total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .showSpeed()
              .setUpdateIntervalMillis(200)
              .build();
    }

    @Override
    public void run() {
      bar.step();
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** Writes lines. */
  final class Lines implements Meter {
    private static final long INTERVAL_NANOS = 5_000_000_000L;
    private static final int LOOK_AT_CLOCK_EVERY = 256;

    private final String task;
    private final PrintWriter err;
    private final LongSupplier nanoTime;
    private final long begin;
    private long last;
    private long done;

    Lines(String task, PrintWriter err, LongSupplier nanoTime) {
      this.task = task;
      this.err = err;
      this.nanoTime = nanoTime;
      this.begin = nanoTime.getAsLong();
      this.last = begin;
    }

    @Override
    public void run() {
      done++;
      if (done % LOOK_AT_CLOCK_EVERY != 0) {
        return;
      }
      long now = nanoTime.getAsLong();
      if (now - last >= INTERVAL_NANOS) {
        last = now;
        err.printf("%s: %d lines, %.0f per second%n", task, done, done * 1e9 / (now - begin));
        err.flush();
      }
    }

    @Override
    public void close() {
      // The summary follows as the command's result.
    }
  }
}
