package io.sluice.definition.model;

import java.io.Serializable;
import java.time.Duration;
import java.util.function.Function;

/** How the events of a view are cut into windows by their event time. */
public sealed interface Window extends Serializable {

  /**
   * How far an event may be behind the watermark when it still changes its window; zero or more.
   */
  Duration allowedLateness();

  /** Asks the function for this kind of window. A new kind is a new parameter for every caller. */
  <R> R map(Function<Tumbling, R> tumbling);

  /**
   * Windows of one size that follow each other without a gap, aligned to 1970-01-01T00:00:00Z.
   *
   * @param size whole milliseconds, at least one
   */
  record Tumbling(Duration size, Duration allowedLateness) implements Window {
    public Tumbling {
      if (size.toMillis() <= 0 || allowedLateness.isNegative()) {
        throw new IllegalArgumentException(
            "a window of %s with an allowed lateness of %s: the size must be above zero and the lateness not below"
                .formatted(size, allowedLateness));
      }
    }

    @Override
    public <R> R map(Function<Tumbling, R> tumbling) {
      return tumbling.apply(this);
    }
  }
}
