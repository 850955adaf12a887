package io.sluice.cli.remove;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is to go, step by step; nothing goes before {@link #carryOut}. */
public final class Removal {

  /** One step. */
  interface Action {
    void run() throws IOException, InterruptedException;
  }

  private record Step(String what, Action action) {}

  private final List<Step> steps = new ArrayList<>();

  /**
   * Adds a step.
   *
   * @param what goes, as it is shown to the user
   */
  void add(String what, Action action) {
    steps.add(new Step(what, action));
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** What goes, in order. */
  List<String> what() {
    return steps.stream().map(Step::what).toList();
  }

  void carryOut() throws IOException, InterruptedException {
    for (Step step : steps) {
      step.action().run();
    }
  }
}
