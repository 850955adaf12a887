package io.sluice.definition.pipeline;

import io.sluice.definition.contract.AvroFile;
import io.sluice.definition.expression.Columns;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.Contract;
import io.sluice.definition.model.Dataset;
import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Bronze;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Pipeline.EventTime;
import io.sluice.definition.model.Pipeline.Format;
import io.sluice.definition.model.Pipeline.Silver;
import io.sluice.definition.model.Pipeline.Source;
import io.sluice.definition.model.Run;
import io.sluice.definition.model.View;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Identifiers;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads a pipeline file from the top; the layers have readers of their own. */
final class PipelineReader {
  static final String INGESTION_DATE = "ingestion_date";

  /** What the name strategy of most writers (TopicNameStrategy) puts behind the topic. */
  private static final String VALUE_SUBJECT = "-value";

  static final Map<String, Format> FORMATS = Map.of("confluent-avro", Format.CONFLUENT_AVRO);
  private static final Set<String> LATER_FORMATS = Set.of("debezium-json", "debezium-avro", "json");
  static final Duration DEFAULT_OUT_OF_ORDERNESS = Duration.ofSeconds(5);
  static final Duration DEFAULT_IDLENESS = Duration.ofSeconds(30);
  static final Duration DEFAULT_MAX_AHEAD = Duration.ofDays(1);

  /** Kafka allows 249 characters; four are left for the dead-letter topic's ".dlq". */
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,245}");

  private static final String DEAD_LETTERS = ".dlq";

  private final Definitions definitions;
  private final ConnectionsReader addresses;

  /**
   * @param variables whether a pipeline may name a variable
   */
  PipelineReader(Definitions definitions, Predicate<String> variables) {
    this.definitions = definitions;
    this.addresses = new ConnectionsReader(variables);
  }

  /** The pipeline; it is only whole when no problem was added. */
  Optional<Pipeline> read(Value root) {
    Optional<Fields> found = root.fields(PipelinePart.FILE.names());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = found.get();
    fields.constant("apiVersion", "sluice/v1");
    fields.constant("kind", "Pipeline");
    Optional<Value> nameValue = fields.required("name");
    Optional<String> name =
        nameValue
            .flatMap(Value::text)
            .filter(text -> Identifiers.checkName(text, "pipeline", nameValue.get()));
    Optional<Map<String, Value>> declared =
        fields.required("sources").flatMap(named -> named.entries(PipelinePart.SOURCE.names()));
    Map<String, Source> sources = declared.map(this::sources).orElse(Map.of());
    declared
        .filter(Map::isEmpty)
        .ifPresent(
            none -> fields.required("sources").get().problem("must name at least one dataset"));
    fields.optional("bronze").ifPresent(PipelineReader::bronze);
    Set<String> written = declared.map(Map::keySet).orElse(Set.of());
    SourceNames names = new SourceNames(written, meant(written), !written.isEmpty());
    SilverReader silverReader = new SilverReader(sources, names);
    Map<String, Silver> silver = silverReader.read(fields);
    Run run = fields.optional("run").map(RunReader::read).orElseGet(Run::defaults);
    Optional<Value> connectionsValue = fields.required("connections");
    Optional<Connections> connections = connectionsValue.flatMap(addresses::read);
    ViewReader viewReader = new ViewReader(names, silverReader.scopes(), connections);
    Map<String, View> gold =
        fields
            .optional("gold")
            .flatMap(views -> views.entries(PipelinePart.VIEW.names()))
            .map(viewReader::read)
            .orElse(Map.of());
    return name.flatMap(
        text ->
            connections.map(
                there ->
                    new Pipeline(
                        text,
                        sources,
                        new Bronze(List.of(INGESTION_DATE)),
                        silver,
                        gold,
                        run,
                        there)));
  }

  /** What the names of unknown datasets were probably meant to be. */
  private Set<String> meant(Set<String> written) {
    Set<String> meant = new HashSet<>();
    for (String name : written) {
      if (!definitions.names().contains(name)) {
        Nearest.of(name, definitions.names()).ifPresent(meant::add);
      }
    }
    return meant;
  }

  private Map<String, Source> sources(Map<String, Value> entries) {
    Map<String, Source> sources = new LinkedHashMap<>();
    Map<String, String> names = new HashMap<>();
    Map<String, String> topics = new HashMap<>();
    entries.forEach(
        (name, value) -> {
          if (Identifiers.checkName(name, "dataset", value.key())) {
            Identifiers.claim(name, "another dataset", names, value.key());
            source(name, value, topics).ifPresent(source -> sources.put(name, source));
          }
        });
    return sources;
  }

  private Optional<Source> source(String name, Value value, Map<String, String> topics) {
    Optional<Dataset> dataset = definitions.find(name, value.key());
    Optional<Fields> found = value.fields(PipelinePart.SOURCE.names());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = found.get();
    Optional<String> topic = fields.required("topic").flatMap(text -> topic(text, name, topics));
    Optional<List<String>> subjects = fields.optional("subjects").flatMap(PipelineReader::subjects);
    Optional<Format> format = fields.required("format").flatMap(PipelineReader::format);
    Optional<EventTime> eventTime =
        fields.required("eventTime").flatMap(time -> eventTime(time, dataset));
    // A source stands for its columns as soon as the dataset is known, so that what is wrong
    // further down is found in the same run.
    return dataset.map(
        known ->
            new Source(
                known,
                topic.orElse(""),
                subjects.orElse(List.of(topic.orElse("") + VALUE_SUBJECT)),
                format.orElse(Format.CONFLUENT_AVRO),
                eventTime.orElse(null)));
  }

  private static Optional<String> topic(Value value, String dataset, Map<String, String> topics) {
    Optional<String> topic = value.text();
    if (topic.isPresent() && !TOPIC.matcher(topic.get()).matches()) {
      value.problem(
          "'%s' is not a topic: letters, digits, '.', '_' and '-', at most 245 characters"
              .formatted(topic.get()));
    } else if (topic.isPresent() && topic.get().startsWith("__")) {
      value.problem("topics that begin with '__' are Kafka's own. Choose another name.");
    } else if (topic.isPresent()) {
      claim(topic.get(), dataset, topics, value);
    }
    return topic;
  }

  /** Kafka takes '.' and '_' for the same when it tells topics apart. */
  private static void claim(String topic, String dataset, Map<String, String> topics, Value value) {
    for (Map.Entry<String, String> other : topics.entrySet()) {
      String taken = other.getKey();
      if (topic.equals(taken)) {
        value.problem(
            "the topic '%s' is read by '%s' already; a topic holds one dataset"
                .formatted(topic, other.getValue()));
      } else if (topic.equals(taken + DEAD_LETTERS) || taken.equals(topic + DEAD_LETTERS)) {
        value.problem(
            "the topics '%s' and '%s' cannot both be read: one holds the dead letters of the other. Rename one."
                .formatted(taken, topic));
      } else if (topic.replace('.', '_').equals(taken.replace('.', '_'))) {
        value.problem(
            "the topic '%s' differs from '%s' only by '.' and '_', which Kafka refuses. Rename one."
                .formatted(topic, taken));
      }
    }
    topics.putIfAbsent(topic, dataset);
  }

  private static Optional<List<String>> subjects(Value value) {
    Optional<List<Value>> items = value.items();
    if (items.isPresent() && items.get().isEmpty()) {
      value.problem(
          "must name at least one subject of the schema registry. Leave it out for <topic>-value.");
    }
    return items
        .map(names -> names.stream().map(Value::text).flatMap(Optional::stream).toList())
        .filter(names -> !names.isEmpty());
  }

  private static Optional<Format> format(Value value) {
    Optional<String> text = value.text();
    if (text.isPresent() && LATER_FORMATS.contains(text.get())) {
      value.problem(
          "the format '%s' is not supported yet in this version. Allowed: confluent-avro."
              .formatted(text.get()));
      return Optional.empty();
    }
    return value.choice(FORMATS);
  }

  private static Optional<EventTime> eventTime(Value value, Optional<Dataset> dataset) {
    Optional<Fields> found = value.fields(PipelinePart.EVENT_TIME.names());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Optional<Value> fieldValue = found.get().required("field");
    Optional<String> field = fieldValue.flatMap(Value::text);
    if (field.isPresent() && dataset.isPresent()) {
      AvroFile.scope(dataset.get().schema(), dataset.get().columns())
          .find(field.get(), fieldValue.get())
          .ifPresent(column -> checkInstant(column, dataset.get().contract(), fieldValue.get()));
    }
    Duration outOfOrderness =
        found
            .get()
            .optional("maxOutOfOrderness")
            .flatMap(duration -> duration.duration(true))
            .orElse(DEFAULT_OUT_OF_ORDERNESS);
    Duration idleness =
        found
            .get()
            .optional("idleness")
            .flatMap(duration -> duration.duration(false))
            .orElse(DEFAULT_IDLENESS);
    Duration maxAhead =
        found
            .get()
            .optional("maxAhead")
            .flatMap(duration -> duration.duration(true))
            .orElse(DEFAULT_MAX_AHEAD);
    return field.map(name -> new EventTime(name, outOfOrderness, idleness, maxAhead));
  }

  private static void checkInstant(Column column, Contract contract, Value place) {
    if (!column.type().isInstant()) {
      place.problem(
          "an event time must be a timestamp-millis or timestamp-micros, but '%s' is %s"
              .formatted(column.name(), Columns.describe(column.type())));
      return;
    }
    boolean required =
        contract == Definitions.UNREADABLE
            || contract.expectations().stream()
                .filter(rule -> rule.column().equals(column.name()))
                .filter(rule -> rule.check() instanceof Expectation.Check.Required)
                .anyMatch(
                    rule ->
                        rule.action() == Expectation.Action.QUARANTINE
                            || rule.action() == Expectation.Action.FAIL);
    if (column.nullable() && !required) {
      place.problem(
          "'%s' may be null, and a record without a time belongs to no window. Make it 'required: true' in the contract."
              .formatted(column.name()));
    }
  }

  private static void bronze(Value value) {
    Optional<Value> partitionBy =
        value.fields(PipelinePart.BRONZE.names()).flatMap(fields -> fields.optional("partitionBy"));
    if (partitionBy.isEmpty()) {
      return;
    }
    List<Value> columns =
        partitionBy.get().isList() ? partitionBy.get().items().get() : List.of(partitionBy.get());
    if (columns.size() != 1) {
      partitionBy.get().problem("must be " + INGESTION_DATE);
      return;
    }
    columns.get(0).choice(Map.of(INGESTION_DATE, INGESTION_DATE));
  }
}
