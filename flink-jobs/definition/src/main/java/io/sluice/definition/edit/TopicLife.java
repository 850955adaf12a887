package io.sluice.definition.edit;

/**
 * One life of a topic, from its creation to its deletion. A topic that was deleted and made again
 * under its name lives again: its offsets begin anew.
 *
 * @param id that the broker gave it, which no other life has; empty when there is no such topic or
 *     its id is not known
 * @param number how many lives before it the tables of the pipeline know
 */
public record TopicLife(String id, int number) {
  /** A topic whose name is all that identifies it. */
  public static final TopicLife UNKNOWN = new TopicLife("", 0);

  /** Generations of views that each life has room for. */
  private static final int GENERATIONS = 1_000;

  /** Whether what was kept without an id belongs to it: older versions of Sluice kept no ids. */
  public boolean first() {
    return number == 0;
  }

  /**
   * Where a view begins that starts without state: behind the versions that it wrote in former
   * lives, so that the fences of the serving stores let its rows pass.
   */
  ViewStart start() {
    return new ViewStart(number * GENERATIONS, Long.MIN_VALUE);
  }
}
