package io.sluice.definition.model;

import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.definition.model.Pipeline.SinkKind;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** One gold result: aggregates over the rows of a silver dataset, one result row per key. */
public sealed interface View {

  /** The name, which the view's tables and Redis keys bear. */
  String name();

  /** The silver dataset that feeds the view. */
  String from();

  /** The columns that rows are grouped by, at least one. */
  List<String> key();

  /** What is computed, in the order of the result's columns. */
  List<Aggregate> aggregates();

  /** Where results go. */
  Set<SinkKind> sinks();

  /** A copy of the view with other aggregates, or with its own in another order. */
  View withAggregates(List<Aggregate> others);

  /** Asks the function for this kind of view. A new kind is a new parameter for every caller. */
  <R> R map(Function<Windowed, R> windowed, Function<Running, R> running);

  /**
   * One result per key and window of event time.
   *
   * @param schemaChanges what happens to columns that the view's Delta table lacks
   */
  record Windowed(
      String name,
      String from,
      List<String> key,
      Window window,
      List<Aggregate> aggregates,
      Set<SinkKind> sinks,
      SchemaChanges schemaChanges)
      implements View {
    /** Where results of windows can go: Redis has no place for more than one row of a key. */
    public static final Set<SinkKind> SINKS = Set.of(SinkKind.DELTA, SinkKind.JDBC);

    public Windowed {
      key = List.copyOf(key);
      aggregates = List.copyOf(aggregates);
      sinks = fitting(sinks, SINKS, name);
    }

    @Override
    public View withAggregates(List<Aggregate> others) {
      return new Windowed(name, from, key, window, others, sinks, schemaChanges);
    }

    @Override
    public <R> R map(Function<Windowed, R> windowed, Function<Running, R> running) {
      return windowed.apply(this);
    }
  }

  /** One result per key, which each event of the key changes. */
  record Running(
      String name, String from, List<String> key, List<Aggregate> aggregates, Set<SinkKind> sinks)
      implements View {
    /** Where running results can go: a Delta table would get a version of a row per event. */
    public static final Set<SinkKind> SINKS = Set.of(SinkKind.JDBC, SinkKind.REDIS);

    public Running {
      key = List.copyOf(key);
      aggregates = List.copyOf(aggregates);
      sinks = fitting(sinks, SINKS, name);
    }

    @Override
    public View withAggregates(List<Aggregate> others) {
      return new Running(name, from, key, others, sinks);
    }

    @Override
    public <R> R map(Function<Windowed, R> windowed, Function<Running, R> running) {
      return running.apply(this);
    }
  }

  private static Set<SinkKind> fitting(Set<SinkKind> sinks, Set<SinkKind> possible, String view) {
    if (!possible.containsAll(sinks)) {
      throw new IllegalArgumentException(
          "view %s cannot go to %s; possible sinks: %s".formatted(view, sinks, possible));
    }
    return Set.copyOf(sinks);
  }
}
