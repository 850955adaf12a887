package io.sluice.delta.storage;

import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closing at the end of a task. Flink closes the operators of a failed task behind its failure, and
 * ends the whole TaskManager, with all jobs on it, when that throws. What is closed here is not
 * needed any more: a failure is logged.
 */
@Internal
public final class QuietClose {
  private static final Logger LOGGER = LoggerFactory.getLogger(QuietClose.class);

  private QuietClose() {}

  /** Closes all of them, those that are null excepted. */
  public static void all(String what, AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        LOGGER.info("Closing {} was interrupted", what);
      } catch (Exception e) {
        LOGGER.warn("Closing {} failed; what it leaves is unused", what, e);
      }
    }
  }
}
