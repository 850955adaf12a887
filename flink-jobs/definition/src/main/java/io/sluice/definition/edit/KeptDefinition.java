package io.sluice.definition.edit;

import io.sluice.definition.edit.Part.Kind;
import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.View;
import io.sluice.definition.model.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the state of a job was made for: the shapes of its stateful parts and where each view began.
 * It is kept with the state, as lines of text.
 *
 * @param parts by id
 * @param starts by view; also of views that are gone, so that one of that name begins anew
 * @param topics by dataset, the id of the topic that the state's offsets are of; datasets whose
 *     topic's id is not known are absent
 * @param stores the ids of the stores beside which the state was made; those that nobody asked are
 *     absent
 */
public record KeptDefinition(
    Map<String, Part> parts,
    Map<String, ViewStart> starts,
    Map<String, String> topics,
    Map<Store, String> stores) {
  static final String WINDOW = "window";
  static final String SINKS = "sinks";
  static final String RETAIN = "retain";
  static final String INDEX_RETAIN = "write.indexRetain";
  static final String AGGREGATE = "aggregate ";
  private static final String RUNNING = "none (running)";
  private static final String START = "start";
  private static final String TOPIC_ID = "topic-id";
  private static final String STORE_ID = "store-id";
  private static final int LINE_PARTS = 4;

  public KeptDefinition {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    starts = Collections.unmodifiableMap(new LinkedHashMap<>(starts));
    topics = Collections.unmodifiableMap(new LinkedHashMap<>(topics));
    stores = Collections.unmodifiableMap(new LinkedHashMap<>(stores));
  }

  /** A definition that knows no ids of topics and stores. */
  public KeptDefinition(Map<String, Part> parts, Map<String, ViewStart> starts) {
    this(parts, starts, Map.of(), Map.of());
  }

  /** That of a pipeline that starts without state. */
  public static KeptDefinition first(Pipeline pipeline) {
    Map<String, ViewStart> starts = new LinkedHashMap<>();
    pipeline.gold().keySet().forEach(view -> starts.put(view, ViewStart.FIRST));
    return of(pipeline, starts);
  }

  static KeptDefinition of(Pipeline pipeline, Map<String, ViewStart> starts) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(Kind.PIPELINE, pipeline.name(), Map.of("name", pipeline.name())));
    for (Pipeline.Source source : pipeline.sources().values()) {
      Pipeline.Silver silver = pipeline.silver().get(source.dataset().name());
      ShapeText text = new ShapeText(source, silver);
      parts.add(dataset(source, silver, text));
      silver.deduplicate().ifPresent(how -> parts.add(deduplicate(silver.dataset(), how, text)));
      pipeline.gold().values().stream()
          .filter(view -> view.from().equals(silver.dataset()))
          .forEach(view -> parts.add(view(view, text)));
    }
    Map<String, Part> byId = new LinkedHashMap<>();
    parts.forEach(part -> byId.put(part.id(), part));
    return new KeptDefinition(byId, starts);
  }

  private static Part dataset(Pipeline.Source source, Pipeline.Silver silver, ShapeText text) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("topic", source.topic());
    properties.put("eventTime.field", text.columns(List.of(source.eventTime().field())));
    properties.put("write.mode", silver.write().upsert().isPresent() ? "upsert" : "append");
    silver
        .write()
        .upsert()
        .ifPresent(
            how -> {
              properties.put("write.key", text.columns(how.key()));
              properties.put("write.orderBy", text.columns(List.of(how.orderBy())));
              how.indexRetain()
                  .ifPresent(time -> properties.put(INDEX_RETAIN, ShapeText.duration(time)));
            });
    properties.put("write.partitionBy", String.join(", ", silver.write().partitionBy()));
    return new Part(Kind.DATASET, silver.dataset(), properties);
  }

  private static Part deduplicate(String dataset, Pipeline.Deduplicate how, ShapeText text) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("by", text.columns(how.by()));
    properties.put(RETAIN, ShapeText.duration(how.retain()));
    return new Part(Kind.DEDUPLICATE, dataset, properties);
  }

  private static Part view(View view, ShapeText text) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("from", view.from());
    properties.put("key", text.columns(view.key()));
    properties.putAll(
        view.map(windowed -> window(windowed.window()), running -> Map.of(WINDOW, RUNNING)));
    for (Aggregate aggregate : view.aggregates()) {
      properties.put(AGGREGATE + aggregate.name(), text.aggregate(aggregate));
    }
    properties.put(
        SINKS,
        view.sinks().stream()
            .map(sink -> sink.name().toLowerCase(Locale.ROOT))
            .sorted()
            .collect(Collectors.joining(", ")));
    return new Part(Kind.VIEW, view.name(), properties);
  }

  private static Map<String, String> window(Window window) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(WINDOW, window.map(tumbling -> ShapeText.duration(tumbling.size())));
    properties.put("allowedLateness", ShapeText.duration(window.allowedLateness()));
    return properties;
  }

  /** A copy that names the topics that the offsets of the state are of. */
  KeptDefinition reading(Map<String, TopicLife> lives) {
    Map<String, String> ids = new LinkedHashMap<>();
    lives.forEach(
        (dataset, life) -> {
          if (!life.id().isEmpty()) {
            ids.put(dataset, life.id());
          }
        });
    return new KeptDefinition(parts, starts, ids, stores);
  }

  /** A copy with other starts of views. */
  KeptDefinition starting(Map<String, ViewStart> others) {
    return new KeptDefinition(parts, others, topics, stores);
  }

  /** A copy with the ids of the stores beside which the state is made. */
  KeptDefinition beside(Map<Store, String> ids) {
    return new KeptDefinition(parts, starts, topics, ids);
  }

  /** Where a view of the definition began. */
  public ViewStart start(String view) {
    return starts.getOrDefault(view, ViewStart.FIRST);
  }

  /** The definition as lines, which {@link #parse} reads. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    parts
        .values()
        .forEach(
            part ->
                part.properties()
                    .forEach(
                        (name, value) -> lines.add(line(part.kind().name(), part, name, value))));
    starts.forEach(
        (view, start) ->
            lines.add(
                String.join(
                    "\t", START, view, Integer.toString(start.generation()), "" + start.since())));
    topics.forEach((dataset, id) -> lines.add(String.join("\t", TOPIC_ID, dataset, id)));
    stores.forEach((store, id) -> lines.add(String.join("\t", STORE_ID, store.toString(), id)));
    return lines;
  }

  private static String line(String kind, Part part, String property, String value) {
    return String.join("\t", kind, part.name(), property, value);
  }

  /**
   * Reads lines.
   *
   * @throws IllegalArgumentException if a later version of Sluice wrote them
   */
  public static KeptDefinition parse(List<String> lines) {
    Map<String, Part> parts = new LinkedHashMap<>();
    Map<String, ViewStart> starts = new LinkedHashMap<>();
    Map<String, String> topics = new LinkedHashMap<>();
    Map<Store, String> stores = new LinkedHashMap<>();
    for (String line : lines) {
      String[] fields = line.split("\t", LINE_PARTS);
      if (fields[0].equals(TOPIC_ID)) {
        topics.put(fields[1], fields[2]);
        continue;
      }
      if (fields[0].equals(STORE_ID)) {
        stores.put(Store.parse(fields[1]), fields[2]);
        continue;
      }
      if (fields[0].equals(START)) {
        starts.put(
            fields[1], new ViewStart(Integer.parseInt(fields[2]), Long.parseLong(fields[3])));
        continue;
      }
      Part part = new Part(Kind.valueOf(fields[0]), fields[1], Map.of());
      Map<String, String> properties =
          new LinkedHashMap<>(parts.getOrDefault(part.id(), part).properties());
      properties.put(fields[2], fields[3]);
      parts.put(part.id(), new Part(part.kind(), part.name(), properties));
    }
    return new KeptDefinition(parts, starts, topics, stores);
  }
}
