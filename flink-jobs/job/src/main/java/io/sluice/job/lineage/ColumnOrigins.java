package io.sluice.job.lineage;

import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.View;
import io.sluice.job.lineage.Origin.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * From which fields of its topic the columns of a dataset come: of silver through its derivations,
 * of views through silver.
 */
final class ColumnOrigins {
  private final Pipeline.Source source;
  private final Map<String, Set<Origin>> silver = new LinkedHashMap<>();
  private final Set<Origin> rows = new TreeSet<>();

  ColumnOrigins(Pipeline.Source source, Pipeline.Silver silver) {
    this.source = source;
    source
        .dataset()
        .columns()
        .forEach(
            column ->
                this.silver.put(column.name(), Set.of(new Origin(column.name(), Kind.IDENTITY))));
    silver.derive().forEach(derived -> this.silver.put(derived.name(), of(derived.expression())));
    source.dataset().contract().expectations().stream()
        .filter(rule -> rule.action() == Expectation.Action.QUARANTINE)
        .forEach(rule -> addRows(List.of(rule.column()), Kind.FILTER));
    silver.deduplicate().ifPresent(how -> addRows(how.by(), Kind.FILTER));
  }

  private void addRows(Collection<String> columns, Kind kind) {
    columns.forEach(column -> rows.addAll(of(column, kind)));
  }

  /** The columns of the silver table that come from fields. */
  Map<String, Set<Origin>> silver() {
    return silver;
  }

  /** What decides about the rows of silver, in an upsert also which row of a key stays. */
  Set<Origin> silverRows(Pipeline.Silver how) {
    Set<Origin> all = new TreeSet<>(rows);
    how.write().upsert().ifPresent(upsert -> all.addAll(of(upsert.orderBy(), Kind.SORT)));
    return all;
  }

  /** The columns of a table of late events: those of silver and the window that was missed. */
  Map<String, Set<Origin>> late() {
    Map<String, Set<Origin>> columns = new LinkedHashMap<>(silver);
    columns.put("_window_start", time(Kind.TRANSFORMATION));
    columns.put("_window_end", time(Kind.TRANSFORMATION));
    return columns;
  }

  /** What decides about the rows of a table of late events. */
  Set<Origin> lateRows() {
    Set<Origin> all = new TreeSet<>(rows);
    all.addAll(time(Kind.FILTER));
    return all;
  }

  /** The columns of a view's results; one that counts rows comes from no field. */
  Map<String, Set<Origin>> view(View view) {
    Map<String, Set<Origin>> columns = new LinkedHashMap<>();
    view.key().forEach(column -> columns.put(column, of(column, Kind.IDENTITY)));
    if (windowed(view)) {
      columns.put("window_start", time(Kind.TRANSFORMATION));
      columns.put("window_end", time(Kind.TRANSFORMATION));
    }
    view.aggregates()
        .forEach(
            aggregate ->
                aggregate
                    .optionalArgument()
                    .ifPresent(
                        argument ->
                            columns.put(
                                aggregate.name(), through(of(argument), Kind.AGGREGATION))));
    return columns;
  }

  /** What decides about the rows of a view's results. */
  Set<Origin> viewRows(View view) {
    Set<Origin> all = new TreeSet<>(rows);
    view.key().forEach(column -> all.addAll(of(column, Kind.GROUP_BY)));
    if (windowed(view)) {
      all.addAll(time(Kind.WINDOW));
    }
    return all;
  }

  private static boolean windowed(View view) {
    return view.map(windowed -> true, running -> false);
  }

  private Set<Origin> time(Kind kind) {
    return of(source.eventTime().field(), kind);
  }

  private Set<Origin> of(String column, Kind step) {
    return through(silver.getOrDefault(column, Set.of()), step);
  }

  private static Set<Origin> through(Set<Origin> origins, Kind step) {
    Set<Origin> all = new TreeSet<>();
    origins.forEach(origin -> all.add(origin.through(step)));
    return all;
  }

  private Set<Origin> of(Expression expression) {
    Set<Origin> all = new TreeSet<>();
    if (expression instanceof Expression.ColumnRef column) {
      return of(column.name(), Kind.IDENTITY);
    }
    List<Expression> arguments = expression.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      all.addAll(through(of(arguments.get(i)), step(expression, i)));
    }
    return all;
  }

  private static Kind step(Expression expression, int argument) {
    boolean condition =
        argument == 0
            && expression instanceof Expression.Call call
            && call.function() == Expression.Function.IF;
    return condition ? Kind.CONDITIONAL : Kind.TRANSFORMATION;
  }
}
