package io.sluice.sandbox.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of one server since somebody started it: decides whether and when it is started
 * again.
 *
 * @param endings unexpected ends, oldest first, of the hour before the last one
 * @param answered whether the present process has answered its clients
 * @param logFrom where the present process begins in its log, in bytes
 * @param gaveUp why it is not started any more; empty while it is
 */
public record History(List<Ending> endings, boolean answered, long logFrom, String gaveUp) {

  /** Starts in a row that fail before the server is given up. */
  public static final int MOST_FAILURES = 5;

  /** Restarts within an hour before the server is given up. */
  public static final int MOST_AN_HOUR = 30;

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  public History {
    endings = List.copyOf(endings);
  }

  /** Of a server that somebody starts. */
  public static History fresh() {
    return new History(List.of(), false, 0, "");
  }

  /** A new process has begun to write at that place of the log. */
  public History started(long from) {
    return new History(endings, false, from, "");
  }

  /** The present process answers its clients. */
  public History nowAnswers() {
    return new History(endings, true, logFrom, gaveUp);
  }

  /** The present process, or the attempt to start one, has ended. */
  public History ended(long atMillis, String reason) {
    List<Ending> recent = new ArrayList<>();
    for (Ending ending : endings) {
      if (ending.atMillis() > atMillis - HOUR.toMillis()) {
        recent.add(ending);
      }
    }
    recent.add(new Ending(atMillis, reason, answered));
    String verdict = "";
    if (failuresInARow(recent) >= MOST_FAILURES) {
      verdict = "it failed to start %d times in a row; last it %s".formatted(MOST_FAILURES, reason);
    } else if (recent.size() > MOST_AN_HOUR) {
      verdict = "it ended %d times within an hour; last it %s".formatted(recent.size(), reason);
    }
    return new History(recent, false, logFrom, verdict);
  }

  /** A launcher is about to end it. */
  public History toldToEnd() {
    return new History(endings, answered, logFrom, "it was told to end");
  }

  /** Whether it is not started any more. */
  public boolean abandoned() {
    return !gaveUp.isEmpty();
  }

  /** How long to wait before the next start: not at all after a process that had answered. */
  public Duration pause() {
    int failures = failuresInARow(endings);
    return failures == 0 ? Duration.ZERO : FIRST_PAUSE.multipliedBy(1L << (failures - 1));
  }

  private static int failuresInARow(List<Ending> endings) {
    int failures = 0;
    while (failures < endings.size() && !endings.get(endings.size() - 1 - failures).answered()) {
      failures++;
    }
    return failures;
  }
}
