package io.sluice.definition.edit;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.View;
import io.sluice.definition.model.Window;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a pipeline on the state of its former definition: what goes on, what begins anew,
 * what is left out.
 *
 * @param pipeline the pipeline, with the aggregates of each view in the order of its state
 * @param definition what the job keeps with its state from now on
 * @param from what the state was made for that the job starts from; empty without state
 * @param begun the views that begin to count at the savepoint
 * @param leavesStateOut whether the savepoint has state that the pipeline does not use
 * @param notes a sentence on everything that does not simply go on
 * @param topics the lives of the topics that the pipeline reads, by dataset; those that nobody
 *     asked for are absent
 */
public record Edits(
    Pipeline pipeline,
    KeptDefinition definition,
    Optional<KeptDefinition> from,
    Set<String> begun,
    boolean leavesStateOut,
    List<String> notes,
    Map<String, TopicLife> topics) {
  public Edits {
    begun = Set.copyOf(begun);
    notes = List.copyOf(notes);
    topics = Map.copyOf(topics);
  }

  /** The life of a dataset's topic. */
  public TopicLife topic(String dataset) {
    return topics.getOrDefault(dataset, TopicLife.UNKNOWN);
  }

  /** A start without state, of topics that nobody asked for. */
  public static Edits none(Pipeline pipeline) {
    return none(pipeline, Map.of());
  }

  /**
   * Compares a pipeline with the definition that a savepoint was made for.
   *
   * @param before the savepoint's definition
   * @param restart views that begin anew in any case
   * @param newest the newest event time that the savepoint has seen, by dataset, in epoch
   *     milliseconds
   * @throws EditRefusedException if the state would be taken for something else
   */
  public static Edits between(
      KeptDefinition before,
      Pipeline pipeline,
      Collection<String> restart,
      Map<String, Long> newest) {
    return new Comparison(before, pipeline, new LinkedHashSet<>(restart), newest).edits();
  }

  /**
   * A start without state, of which is known what topics it reads: views begin behind what they
   * wrote in former lives of the topics.
   *
   * @param topics by dataset
   */
  public static Edits none(Pipeline pipeline, Map<String, TopicLife> topics) {
    Map<String, ViewStart> starts = new LinkedHashMap<>();
    pipeline
        .gold()
        .forEach(
            (name, view) -> {
              TopicLife life = topics.get(view.from());
              starts.put(name, life == null ? ViewStart.FIRST : life.start());
            });
    return new Edits(
        pipeline,
        KeptDefinition.first(pipeline).starting(starts).reading(topics),
        Optional.empty(),
        Set.of(),
        false,
        List.of(),
        topics);
  }

  /**
   * These edits on state whose offsets must be of the present topics.
   *
   * @param lives of the topics, by dataset
   * @throws EditRefusedException if a topic is not the one whose offsets the state holds
   */
  public Edits reading(Map<String, TopicLife> lives) {
    List<String> refusals = new ArrayList<>();
    lives.forEach(
        (dataset, life) -> {
          if (isOther(dataset, life)) {
            refusals.add(isOther(pipeline.sources().get(dataset), life));
          }
        });
    if (!refusals.isEmpty()) {
      throw new EditRefusedException(refusals);
    }
    return new Edits(
        pipeline, definition.reading(lives), from, begun, leavesStateOut, notes, lives);
  }

  /**
   * These edits on state that was made beside the present stores.
   *
   * @param accepted kinds of stores that may be others
   * @throws EditRefusedException if the pipeline would go on beside another store
   */
  public Edits beside(Store.Ids ids, Collection<Store.Kind> accepted) throws IOException {
    List<String> refusals = new ArrayList<>();
    List<String> said = new ArrayList<>(notes);
    Map<Store, String> kept = from.map(KeptDefinition::stores).orElse(Map.of());
    for (Store store : Store.of(pipeline)) {
      String was = kept.get(store);
      boolean isView = store.kind() != Store.Kind.REGISTRY;
      if (was == null || isView && begun.contains(store.part())) {
        continue;
      }
      String is = ids.now(store, was).orElse(was);
      if (!is.equals(was) && accepted.contains(store.kind())) {
        said.add(store.accepted());
      } else if (!is.equals(was)) {
        refusals.add(store.isOther(is.isEmpty()));
      }
    }
    if (!refusals.isEmpty()) {
      throw new EditRefusedException(refusals);
    }
    return new Edits(pipeline, definition, from, begun, leavesStateOut, said, topics);
  }

  /** These edits, with ids of stores that the job keeps with its state. */
  public Edits keeping(Map<Store, String> ids) {
    return new Edits(pipeline, definition.beside(ids), from, begun, leavesStateOut, notes, topics);
  }

  private boolean isOther(String dataset, TopicLife life) {
    if (from.isPresent() && !from.get().parts().containsKey("dataset " + dataset)) {
      return false;
    }
    String was = from.map(before -> before.topics().get(dataset)).orElse(null);
    return was == null ? !life.first() : !was.equals(life.id());
  }

  private String isOther(Pipeline.Source source, TopicLife life) {
    return "dataset %s: the topic %s was deleted%s since the state was saved, so the offsets in it mean nothing any more. Start without the savepoint: the new topic is read from its oldest record, tables keep what they hold of the former one, and views count anew. Or remove what the pipeline has made: sluice reset %s."
        .formatted(
            source.dataset().name(),
            source.topic(),
            life.id().isEmpty() ? "" : " and made again",
            pipeline.name());
  }

  /** One comparison; collects sentences. */
  private static final class Comparison {
    private final KeptDefinition before;
    private final Pipeline pipeline;
    private final Set<String> restart;
    private final Map<String, Long> newest;
    private final PartChanges changes = new PartChanges();
    private final Map<String, ViewStart> starts = new LinkedHashMap<>();
    private final Set<String> begun = new LinkedHashSet<>();
    private final Map<String, Part> after;

    Comparison(
        KeptDefinition before, Pipeline pipeline, Set<String> restart, Map<String, Long> newest) {
      this.before = before;
      this.pipeline = pipeline;
      this.restart = restart;
      this.newest = newest;
      this.after = KeptDefinition.first(pipeline).parts();
      starts.putAll(before.starts());
    }

    Edits edits() {
      checkRestarts();
      after.values().forEach(this::compare);
      before.parts().values().stream()
          .filter(part -> !after.containsKey(part.id()))
          .forEach(changes::gone);
      if (!changes.refusals().isEmpty()) {
        throw new EditRefusedException(changes.refusals());
      }
      return new Edits(
          ordered(),
          KeptDefinition.of(pipeline, starts),
          Optional.of(before),
          begun,
          changes.leavesStateOut(),
          changes.notes(),
          Map.of());
    }

    private void checkRestarts() {
      for (String view : restart) {
        if (!pipeline.gold().containsKey(view)) {
          changes.refuse(
              "--restart-view %s: the pipeline has no view of that name; its views: %s."
                  .formatted(view, NameList.of(pipeline.gold().keySet())));
        }
      }
    }

    private void compare(Part now) {
      Part then = before.parts().get(now.id());
      if (now.kind() != Part.Kind.VIEW) {
        changes.compare(then, now);
      } else if (then == null || restart.contains(now.name())) {
        begin(now.name(), then != null);
      } else {
        changes.compare(then, now);
      }
    }

    private void begin(String name, boolean anew) {
      View view = pipeline.gold().get(name);
      long seen = newest.getOrDefault(view.from(), Long.MIN_VALUE);
      long since =
          seen == Long.MIN_VALUE
              ? Long.MIN_VALUE
              : view.map(windowed -> seen + 1, running -> Long.MIN_VALUE);
      int generation = before.starts().containsKey(name) ? before.start(name).generation() + 1 : 1;
      starts.put(name, new ViewStart(generation, since));
      begun.add(name);
      String firstWindow =
          since == Long.MIN_VALUE
              ? ""
              : view.map(windowed -> firstWindow(windowed.window(), since), running -> "");
      changes.begins(name, anew, firstWindow);
    }

    private static String firstWindow(Window window, long since) {
      long size = window.map(tumbling -> tumbling.size().toMillis());
      long first = -Math.floorDiv(-since, size) * size;
      return "; its first window begins at %s, as windows before it would lack events"
          .formatted(Instant.ofEpochMilli(first));
    }

    /** Aggregates are kept by position: a line that was moved in the file changes nothing. */
    private Pipeline ordered() {
      Map<String, View> gold = new LinkedHashMap<>();
      pipeline.gold().forEach((name, view) -> gold.put(name, ordered(view)));
      return new Pipeline(
          pipeline.name(),
          pipeline.sources(),
          pipeline.bronze(),
          pipeline.silver(),
          gold,
          pipeline.run(),
          pipeline.connections());
    }

    private View ordered(View view) {
      if (begun.contains(view.name())) {
        return view;
      }
      Part then = before.parts().get("view " + view.name());
      List<String> order = new ArrayList<>(then.properties().keySet());
      List<Aggregate> aggregates = new ArrayList<>(view.aggregates());
      aggregates.sort(
          Comparator.comparingInt(
              aggregate -> order.indexOf(KeptDefinition.AGGREGATE + aggregate.name())));
      return view.withAggregates(aggregates);
    }
  }
}
