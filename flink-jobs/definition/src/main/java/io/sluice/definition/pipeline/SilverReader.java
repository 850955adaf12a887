package io.sluice.definition.pipeline;

import io.sluice.definition.contract.AvroFile;
import io.sluice.definition.expression.Columns;
import io.sluice.definition.expression.ExpressionParser;
import io.sluice.definition.expression.Scope;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Deduplicate;
import io.sluice.definition.model.Pipeline.Derivation;
import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.definition.model.Pipeline.Silver;
import io.sluice.definition.model.Pipeline.Source;
import io.sluice.definition.model.Pipeline.Upsert;
import io.sluice.definition.model.Pipeline.Write;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Identifiers;
import io.sluice.definition.yaml.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads the {@code silver} part of a pipeline. A dataset that is not named gets the defaults. */
final class SilverReader {
  static final String APPEND = "append";
  static final String UPSERT = "upsert";
  static final Map<String, SchemaChanges> SCHEMA_CHANGES =
      Map.of(
          "evolve", SchemaChanges.EVOLVE,
          "lenient", SchemaChanges.LENIENT,
          "fail", SchemaChanges.FAIL);
  private static final Write DEFAULT = new Write(List.of(), Optional.empty(), SchemaChanges.EVOLVE);

  /**
   * What came within a checkpoint and its retries, and late rows, must be remembered: what is
   * forgotten is looked up in the table, and no deletion is found there.
   */
  static final Duration LEAST_INDEX_RETAIN = Duration.ofHours(1);

  private final Map<String, Source> sources;
  private final SourceNames declared;
  private final Map<String, Scope> scopes = new HashMap<>();

  /**
   * @param declared the datasets that the file names
   */
  SilverReader(Map<String, Source> sources, SourceNames declared) {
    this.sources = sources;
    this.declared = declared;
  }

  /** One entry per source, in the order of the sources. */
  Map<String, Silver> read(Fields pipeline) {
    Optional<Map<String, Value>> silverEntries =
        pipeline.optional("silver").flatMap(named -> named.entries(PipelinePart.SILVER.names()));
    boolean lost = silverEntries.isEmpty() && pipeline.mentions("silver");
    Map<String, Value> entries = silverEntries.orElse(Map.of());
    Set<String> misspelt = new HashSet<>();
    entries.forEach((name, entry) -> declared.check(name, entry.key()).ifPresent(misspelt::add));
    Map<String, Silver> silver = new LinkedHashMap<>();
    sources.forEach(
        (name, source) -> {
          Scope scope = AvroFile.scope(source.dataset().schema(), source.dataset().columns());
          Optional<Fields> fields =
              Optional.ofNullable(entries.get(name))
                  .flatMap(entry -> entry.fields(PipelinePart.SILVER.names()));
          if (lost || misspelt.contains(name) || fields.isEmpty() && entries.containsKey(name)) {
            scope.leaveOpen();
          }
          silver.put(
              name,
              fields
                  .map(found -> silver(name, scope, found))
                  .orElse(new Silver(name, List.of(), Optional.empty(), DEFAULT)));
          scopes.put(name, scope.with(Pipeline.PROVENANCE));
        });
    return silver;
  }

  /** The columns of silver rows by dataset: its own, the derived ones and the provenance. */
  Map<String, Scope> scopes() {
    return scopes;
  }

  private static Silver silver(String name, Scope scope, Fields fields) {
    // Records are deduplicated before anything is derived, so only the dataset's columns count.
    Optional<Deduplicate> deduplicate =
        fields.optional("deduplicate").flatMap(value -> deduplicate(value, scope));
    Optional<Map<String, Value>> derived = fields.optional("derive").flatMap(Value::entries);
    if (derived.isEmpty() && fields.mentions("derive")) {
      scope.leaveOpen();
    }
    List<Derivation> derive = derived.map(entries -> derive(entries, scope)).orElse(List.of());
    Write write = fields.optional("write").flatMap(value -> write(value, scope)).orElse(DEFAULT);
    return new Silver(name, derive, deduplicate, write);
  }

  /** Reads derivations and adds their columns to those that are known. */
  private static List<Derivation> derive(Map<String, Value> entries, Scope scope) {
    Map<String, String> taken = new HashMap<>();
    for (Column column : scope.columns()) {
      taken.put(column.name().toLowerCase(Locale.ROOT), "a column of the dataset");
    }
    List<Derivation> derivations = new ArrayList<>();
    entries.forEach(
        (name, value) -> {
          boolean named =
              Identifiers.checkColumn(name, value.key())
                  && Identifiers.claim(name, "another derivation", taken, value.key());
          Optional<Expression> expression =
              value.spelling().flatMap(text -> ExpressionParser.parse(text, scope, at(value)));
          if (named && expression.isPresent()) {
            derivations.add(new Derivation(name, expression.get()));
            scope.add(new Column(name, expression.get().type(), true));
          } else {
            scope.addBroken(name);
          }
        });
    return derivations;
  }

  /** Reports a problem inside an expression at its place in the file, and by its character. */
  static BiConsumer<Integer, String> at(Value value) {
    return (offset, message) ->
        value.problemAt(offset, "character " + (offset + 1) + ": " + message);
  }

  private static Optional<Deduplicate> deduplicate(Value value, Scope scope) {
    Optional<Fields> fields = value.fields(PipelinePart.DEDUPLICATE.names());
    Optional<List<String>> by =
        fields.flatMap(found -> found.required("by")).map(list -> keys(list, scope, "key"));
    Optional<Duration> retain =
        fields.flatMap(found -> found.required("retain")).flatMap(time -> time.duration(false));
    return by.flatMap(columns -> retain.map(time -> new Deduplicate(columns, time)));
  }

  private static Optional<Write> write(Value value, Scope scope) {
    Optional<Fields> fields = value.fields(PipelinePart.WRITE.names());
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    List<String> partitionBy =
        fields
            .get()
            .optional("partitionBy")
            .map(list -> names(list, scope, "partition column"))
            .orElse(List.of());
    SchemaChanges changes =
        fields
            .get()
            .optional("schemaChanges")
            .flatMap(found -> found.choice(SCHEMA_CHANGES))
            .orElse(SchemaChanges.EVOLVE);
    Optional<Value> mode = fields.get().optional("mode");
    boolean upsert =
        mode.flatMap(found -> found.choice(Map.of(APPEND, false, UPSERT, true))).orElse(false);
    if (upsert) {
      return upsert(fields.get(), scope)
          .map(how -> new Write(partitionBy, Optional.of(how), changes));
    }
    // Nothing to say about them while nobody knows which mode was meant.
    if (mode.isEmpty() || mode.flatMap(Value::text).filter(APPEND::equals).isPresent()) {
      List.of("key", "orderBy", "indexRetain").forEach(name -> refuse(name, fields.get()));
    }
    return Optional.of(new Write(partitionBy, Optional.empty(), changes));
  }

  private static void refuse(String name, Fields fields) {
    fields
        .optional(name)
        .ifPresent(
            found ->
                found.problem(
                    "'%s' belongs to the mode 'upsert'. Remove it, or write mode: upsert."
                        .formatted(name)));
  }

  private static Optional<Upsert> upsert(Fields fields, Scope scope) {
    Optional<List<String>> key =
        fields
            .required("key")
            .map(list -> keys(list, scope, "key"))
            .filter(list -> !list.isEmpty());
    Optional<String> orderBy =
        fields.required("orderBy").flatMap(value -> orderColumn(value, scope));
    Optional<Duration> indexRetain =
        fields.optional("indexRetain").flatMap(SilverReader::indexRetain);
    return key.flatMap(columns -> orderBy.map(column -> new Upsert(columns, column, indexRetain)));
  }

  private static Optional<Duration> indexRetain(Value value) {
    Optional<Duration> retain = value.duration(false);
    if (retain.isPresent() && retain.get().compareTo(LEAST_INDEX_RETAIN) < 0) {
      value.problem(
          "must be at least %dh: a key must be remembered for longer than a checkpoint takes and rows come late"
              .formatted(LEAST_INDEX_RETAIN.toHours()));
      return Optional.empty();
    }
    return retain;
  }

  private static Optional<String> orderColumn(Value value, Scope scope) {
    Optional<Column> column = value.text().flatMap(name -> scope.find(name, value));
    if (column.isPresent() && !Columns.isOrder(column.get().type())) {
      value.problem(
          "'%s' is %s, which cannot tell what is newer: take a whole number, a date or a timestamp"
              .formatted(column.get().name(), Columns.describe(column.get().type())));
      return Optional.empty();
    }
    return column.map(Column::name);
  }

  /** A list of at least one column that can be a key. */
  static List<String> keys(Value list, Scope scope, String what) {
    Optional<List<Value>> items = list.items();
    if (items.isPresent() && items.get().isEmpty()) {
      list.problem("must name at least one column");
    }
    return items.isPresent() ? names(items.get(), scope, what) : List.of();
  }

  private static List<String> names(Value list, Scope scope, String what) {
    return list.items().map(items -> names(items, scope, what)).orElse(List.of());
  }

  private static List<String> names(List<Value> items, Scope scope, String what) {
    List<String> names = new ArrayList<>();
    for (Value item : items) {
      Optional<Column> column = item.text().flatMap(name -> scope.find(name, item));
      if (column.isPresent() && names.contains(column.get().name())) {
        item.problem("'%s' stands here a second time".formatted(column.get().name()));
      } else if (column.isPresent() && !Columns.isKey(column.get().type())) {
        item.problem(
            "'%s' is %s, which cannot be a %s"
                .formatted(column.get().name(), Columns.describe(column.get().type()), what));
      } else {
        column.ifPresent(found -> names.add(found.name()));
      }
    }
    return names;
  }
}
