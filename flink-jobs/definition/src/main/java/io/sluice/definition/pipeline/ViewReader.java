package io.sluice.definition.pipeline;

import io.sluice.definition.expression.ExpressionParser;
import io.sluice.definition.expression.Scope;
import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.View;
import io.sluice.definition.model.Window;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Identifiers;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the views of the {@code gold} part of a pipeline. */
final class ViewReader {
  static final Map<String, SinkKind> SINKS =
      Map.of("delta", SinkKind.DELTA, "jdbc", SinkKind.JDBC, "redis", SinkKind.REDIS);

  /** Columns that Sluice adds to the rows of window views. */
  private static final List<String> WINDOW_COLUMNS = List.of("window_start", "window_end");

  static final Duration LONGEST_WINDOW = Duration.ofDays(366);

  private static final int POSTGRES_INDEX_COLUMNS = 32;

  private final SourceNames declared;
  private final Map<String, Scope> scopes;
  private final Optional<Connections> connections;

  /**
   * @param declared the datasets that the file names
   * @param scopes the columns of silver rows, by dataset
   */
  ViewReader(SourceNames declared, Map<String, Scope> scopes, Optional<Connections> connections) {
    this.declared = declared;
    this.scopes = scopes;
    this.connections = connections;
  }

  Map<String, View> read(Map<String, Value> entries) {
    Map<String, View> views = new LinkedHashMap<>();
    Map<String, String> taken = new HashMap<>();
    entries.forEach(
        (name, value) -> {
          if (Identifiers.checkName(name, "view", value.key())) {
            Identifiers.claim(name, "another view", taken, value.key());
          }
          view(name, value).ifPresent(view -> views.put(name, view));
        });
    return views;
  }

  private Optional<View> view(String name, Value value) {
    Optional<Fields> found = value.fields(PipelinePart.VIEW.names());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = found.get();
    Optional<String> from = fields.required("from").flatMap(this::from);
    Optional<Scope> scope = from.filter(scopes::containsKey).map(dataset -> scopes.get(dataset));
    Optional<Value> keyValue = fields.required("key");
    Optional<Boolean> windowed = windowed(fields);
    Optional<Window> window = fields.optional("window").flatMap(ViewReader::window);
    Optional<Value> aggregateValue = fields.required("aggregate");
    Optional<Value> sinksValue = fields.required("sinks");
    Set<SinkKind> sinks = sinksValue.map(list -> sinks(list, windowed)).orElse(Set.of());
    SchemaChanges schemaChanges =
        fields
            .optional("schemaChanges")
            .flatMap(changes -> schemaChanges(changes, sinks))
            .orElse(SchemaChanges.EVOLVE);
    if (scope.isEmpty()) {
      return Optional.empty();
    }
    List<String> key =
        keyValue
            .map(list -> SilverReader.keys(list, scope.get(), "key of a view"))
            .orElse(List.of());
    Map<String, String> taken = taken(key, windowed.orElse(true), keyValue);
    List<Aggregate> aggregates =
        aggregateValue.map(list -> aggregates(list, scope.get(), taken, sinks)).orElse(List.of());
    if (sinks.contains(SinkKind.JDBC)) {
      checkPostgres(key, windowed.orElse(true), keyValue);
      Identifiers.checkPostgresTable(name, value.key());
    }
    if (!fits(sinks, windowed)) {
      return Optional.empty();
    }
    return windowed.get()
        ? window.map(
            how -> new View.Windowed(name, from.get(), key, how, aggregates, sinks, schemaChanges))
        : Optional.of(new View.Running(name, from.get(), key, aggregates, sinks));
  }

  private static boolean fits(Set<SinkKind> sinks, Optional<Boolean> windowed) {
    return windowed
        .map(yes -> yes ? View.Windowed.SINKS : View.Running.SINKS)
        .filter(possible -> possible.containsAll(sinks))
        .isPresent();
  }

  /** The key becomes a unique index. */
  private static void checkPostgres(List<String> key, boolean windowed, Optional<Value> place) {
    key.forEach(column -> Identifiers.checkPostgresColumn(column, place.orElseThrow()));
    int columns = key.size() + (windowed ? 1 : 0);
    if (columns > POSTGRES_INDEX_COLUMNS) {
      place
          .orElseThrow()
          .problem(
              "the key has %d columns%s; an index of PostgreSQL (sink 'jdbc') has at most %d"
                  .formatted(
                      columns,
                      windowed ? " with the start of the window" : "",
                      POSTGRES_INDEX_COLUMNS));
    }
  }

  private static Optional<SchemaChanges> schemaChanges(Value value, Set<SinkKind> sinks) {
    if (!sinks.isEmpty() && !sinks.contains(SinkKind.DELTA)) {
      value.problem("says what becomes of a Delta table, which the view does not have");
    }
    return value.choice(SilverReader.SCHEMA_CHANGES);
  }

  private Optional<String> from(Value value) {
    Optional<String> from = value.text();
    from.ifPresent(name -> declared.check(name, value));
    return from;
  }

  /** Whether the view has windows; nothing when it does not say, or says both. */
  private static Optional<Boolean> windowed(Fields fields) {
    Optional<Value> window = fields.optional("window");
    Optional<Value> running = fields.optional("running");
    running
        .flatMap(Value::bool)
        .filter(yes -> !yes)
        .ifPresent(
            no -> running.get().problem("can only be true; a view with a window leaves it out"));
    if (fields.mentions("window") == fields.mentions("running")) {
      fields
          .mapping()
          .problem(
              window.isPresent()
                  ? "has both 'window' and 'running'. Keep one."
                  : "needs either 'window: {tumbling: 1m}' or 'running: true'");
      return Optional.empty();
    }
    return Optional.of(fields.mentions("window"));
  }

  private static Optional<Window> window(Value value) {
    Optional<Fields> fields = value.fields(PipelinePart.WINDOW.names());
    Optional<Duration> size =
        fields
            .flatMap(found -> found.required("tumbling"))
            .flatMap(time -> time.duration(false, LONGEST_WINDOW));
    Duration lateness =
        fields
            .flatMap(found -> found.optional("allowedLateness"))
            .flatMap(time -> time.duration(true))
            .orElse(Duration.ZERO);
    return size.map(length -> new Window.Tumbling(length, lateness));
  }

  private Set<SinkKind> sinks(Value list, Optional<Boolean> windowed) {
    Set<SinkKind> sinks = new LinkedHashSet<>();
    Optional<List<Value>> items = list.items();
    if (items.isPresent() && items.get().isEmpty()) {
      list.problem("must name at least one sink." + Nearest.allowed("", SINKS.keySet()));
    }
    for (Value item : items.orElse(List.of())) {
      Optional<SinkKind> kind = item.choice(SINKS);
      if (kind.isPresent() && !sinks.add(kind.get())) {
        item.problem("the sink stands here a second time");
      }
      kind.ifPresent(sink -> checkSink(sink, item, windowed));
    }
    return sinks;
  }

  private void checkSink(SinkKind sink, Value item, Optional<Boolean> windowed) {
    String name = sink.name().toLowerCase(Locale.ROOT);
    if (sink == SinkKind.DELTA && windowed.filter(yes -> !yes).isPresent()) {
      item.problem(
          "a running view changes its rows all the time and cannot go to 'delta' in this version. Allowed: jdbc, redis.");
    } else if (sink == SinkKind.REDIS && windowed.orElse(false)) {
      item.problem("a window view cannot go to 'redis' in this version. Allowed: delta, jdbc.");
    }
    boolean connected =
        connections.isEmpty()
            || switch (sink) {
              // The lake is demanded of every pipeline.
              case DELTA -> true;
              case JDBC -> connections.get().jdbc().isPresent();
              case REDIS -> connections.get().redis().isPresent();
            };
    if (!connected) {
      item.problem(
          "the sink '%s' needs 'connections.%s', which is missing. Add '%s'."
              .formatted(name, name, ConnectionsReader.example(name)));
    }
  }

  /** Names that aggregates cannot take. */
  private static Map<String, String> taken(
      List<String> key, boolean windowed, Optional<Value> place) {
    Map<String, String> taken = new HashMap<>();
    if (windowed) {
      WINDOW_COLUMNS.forEach(name -> taken.put(name, "the window's own column"));
    }
    for (String column : key) {
      Identifiers.claim(column, "a column of the key", taken, place.orElseThrow());
    }
    return taken;
  }

  private static List<Aggregate> aggregates(
      Value value, Scope scope, Map<String, String> taken, Set<SinkKind> sinks) {
    List<Aggregate> aggregates = new ArrayList<>();
    Optional<Map<String, Value>> entries = value.entries();
    if (entries.isPresent() && entries.get().isEmpty()) {
      value.problem("must have at least one aggregate, such as 'events: count()'");
    }
    entries
        .orElse(Map.of())
        .forEach(
            (name, text) -> {
              boolean named =
                  Identifiers.checkColumn(name, text.key())
                      && Identifiers.claim(name, "another aggregate", taken, text.key());
              Optional<Aggregate> aggregate =
                  text.spelling()
                      .flatMap(
                          expression ->
                              ExpressionParser.parseAggregate(
                                  name, expression, scope, SilverReader.at(text)));
              if (named && sinks.contains(SinkKind.JDBC)) {
                Identifiers.checkPostgresColumn(name, text.key());
              }
              if (named) {
                aggregate.ifPresent(aggregates::add);
              }
            });
    return aggregates;
  }
}
