package io.sluice.delta.source;

import io.sluice.delta.storage.OpenRead;
import io.sluice.delta.storage.OpenReads;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps vacuum off the files that one source still has to read. A table that cannot be written is
 * read without. For several threads.
 */
final class ReadRegistration {

  /** Between two signs of life; vacuum waits for days. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(ReadRegistration.class);

  private final OpenReads reads;
  private final Clock clock;
  private OpenReadMark mark = OpenReadMark.NONE;
  private boolean warned;

  ReadRegistration(OpenReads reads, Clock clock) {
    this.reads = reads;
    this.clock = clock;
  }

  /** Begins, or goes on after a restart. */
  synchronized void open(OpenReadMark read) {
    mark = read;
    refresh();
  }

  /** Gives a sign of life while the read is open. */
  synchronized void refresh() {
    if (mark.isOpen()) {
      try {
        reads.write(new OpenRead(mark.id(), mark.version(), clock.instant()));
        warned = false;
      } catch (IOException e) {
        if (!warned) {
          LOGGER.warn("Vacuum does not learn that {} is being read", mark, e);
        }
        warned = true;
      }
    }
  }

  /** Ends: nothing needs the files any more. */
  synchronized void end() {
    if (mark.isOpen()) {
      try {
        reads.remove(mark.id());
      } catch (IOException e) {
        LOGGER.warn("Vacuum keeps files for {} until that expires", mark, e);
      }
      mark = OpenReadMark.NONE;
    }
  }
}
