package io.sluice.job.lineage;

/**
 * Work that is done when the process ends, as long as there is something to do. A job that ends may
 * take its process along; one that does not must leave nothing behind in it.
 */
final class WhileBusy {
  private final Runnable work;
  private int open;
  private Thread hook;

  WhileBusy(Runnable work) {
    this.work = work;
  }

  /**
   * Counts what is open.
   *
   * @param change 1 for something new, -1 for something done
   */
  synchronized void one(int change) {
    open += change;
    try {
      if (open > 0 && hook == null) {
        hook = new Thread(work, "openlineage-at-exit");
        Runtime.getRuntime().addShutdownHook(hook);
      } else if (open == 0 && hook != null) {
        Runtime.getRuntime().removeShutdownHook(hook);
        hook = null;
      }
    } catch (IllegalStateException processEnds) {
      // Nothing can be changed any more: what runs at the end is running.
      hook = null;
    }
  }
}
