package io.sluice.cli.demo;

import java.io.PrintWriter;

/**
 * Where a demo speaks to the person.
 *
 * @param terminal whether progress is drawn in place
 */
public record DemoConsole(PrintWriter out, boolean terminal) {

  public void say(String text) {
    out.println(text);
    out.flush();
  }

  DemoProgress progress(String task, long events) {
    return terminal ? DemoProgress.bar(task, events) : DemoProgress.lines(task, events, this::say);
  }
}
