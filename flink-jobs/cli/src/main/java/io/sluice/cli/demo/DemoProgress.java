package io.sluice.cli.demo;

import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a task is: a bar in place on a terminal, a line every few seconds elsewhere. */
interface DemoProgress extends AutoCloseable {

  /** So many events are done. */
  void reached(long events);

  @Override
  void close();

  /** A bar drawn in place. */
  static DemoProgress bar(String task, long events) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("  " + task)
            .setInitialMax(events)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .hideEta()
            .build();
    return new DemoProgress() {
      @Override
      public void reached(long done) {
        bar.stepTo(done);
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }

  /** Plain lines, the last one when the task ends. */
  static DemoProgress lines(String task, long events, Consumer<String> say) {
    return new ProgressLines(task, events, say);
  }
}
