package io.sluice.cli.demo.measure;

import io.sluice.cli.text.CommandFailure;
import io.sluice.sandbox.process.Poll;
import java.time.Duration;

/**
 * Waits for a server that was killed and is being started again: a demo must survive what the job
 * survives.
 */
final class Patience {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final Duration AGAIN = Duration.ofMillis(100);

  private Patience() {}

  /** A server cannot answer at the moment. */
  static final class NotNow extends Exception {
    private static final long serialVersionUID = 1L;

    NotNow(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** A question to a server. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws NotNow;
  }

  /** Asks until there is an answer, for two minutes. */
  static <T> T ask(String server, Question<T> question) {
    return ask(server, LONGEST, question);
  }

  static <T> T ask(String server, Duration longest, Question<T> question) {
    try {
      return Poll.answer(question::ask, failure -> failure instanceof NotNow, AGAIN, longest);
    } catch (NotNow e) {
      throw new CommandFailure(
          "%s does not answer any more (%s). 'sluice status' shows whether it runs."
              .formatted(server, e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Waiting for an answer of %s was interrupted.".formatted(server), e);
    }
  }
}
