package io.sluice.job.lineage;

import java.util.Comparator;

/**
 * A field of an input that a column, or a whole dataset, depends on.
 *
 * @param field of the input's schema
 * @param kind in which way
 */
record Origin(String field, Kind kind) implements Comparable<Origin> {
  private static final Comparator<Origin> ORDER =
      Comparator.comparing(Origin::field).thenComparing(Origin::kind);

  /** The transformations of OpenLineage that pipelines make. */
  enum Kind {
    /** The value as it is. */
    IDENTITY(true),
    /** The value goes into an expression. */
    TRANSFORMATION(true),
    /** The values of several rows go into one. */
    AGGREGATION(true),
    /** It decides which of other values is taken. */
    CONDITIONAL(false),
    /** It decides whether a row is there. */
    FILTER(false),
    /** It decides which row stays of those with one key. */
    SORT(false),
    GROUP_BY(false),
    WINDOW(false);

    private final boolean direct;

    Kind(boolean direct) {
      this.direct = direct;
    }

    /** DIRECT when the value itself comes from the field, else INDIRECT. */
    String type() {
      return direct ? "DIRECT" : "INDIRECT";
    }
  }

  /** The same field, seen through one more step. */
  Origin through(Kind step) {
    boolean stays = step == Kind.IDENTITY || !kind.direct;
    return stays || (kind == Kind.AGGREGATION && step.direct) ? this : new Origin(field, step);
  }

  @Override
  public int compareTo(Origin other) {
    return ORDER.compare(this, other);
  }
}
