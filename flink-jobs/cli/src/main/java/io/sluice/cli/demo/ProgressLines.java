package io.sluice.cli.demo;

import java.util.function.Consumer;

/** Progress as plain lines, for logs and pipes. */
final class ProgressLines implements DemoProgress {
  private static final long LINE_EVERY_NANOS = 5_000_000_000L;

  private final String task;
  private final long events;
  private final Consumer<String> say;
  private long lineNanos = System.nanoTime();
  private long done;
  private long shown = -1;

  ProgressLines(String task, long events, Consumer<String> say) {
    this.task = task;
    this.events = events;
    this.say = say;
  }

  @Override
  public void reached(long now) {
    done = now;
    if (System.nanoTime() - lineNanos >= LINE_EVERY_NANOS) {
      line();
    }
  }

  private void line() {
    lineNanos = System.nanoTime();
    shown = done;
    say.accept(
        "  %s: %,d of %,d (%d %%)".formatted(task, done, events, done * 100 / Math.max(1, events)));
  }

  @Override
  public void close() {
    if (shown != done) {
      line();
    }
  }
}
