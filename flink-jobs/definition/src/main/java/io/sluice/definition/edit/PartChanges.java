package io.sluice.definition.edit;

import io.sluice.definition.edit.Part.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Sentences on parts that are new, gone or different from the state's. */
final class PartChanges {
  /** Properties that state does not depend on. */
  private static final Set<String> FREE =
      Set.of(KeptDefinition.SINKS, KeptDefinition.RETAIN, KeptDefinition.INDEX_RETAIN);

  private static final String FOR_EVER = "for ever";

  private static final String WITHOUT_STATE =
      " Change it back, or start without the savepoint: the topic is read again from its oldest record";

  private final List<String> refusals = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private boolean leavesStateOut;

  List<String> refusals() {
    return refusals;
  }

  List<String> notes() {
    return notes;
  }

  boolean leavesStateOut() {
    return leavesStateOut;
  }

  void refuse(String sentence) {
    refusals.add(sentence);
  }

  /** A part of the pipeline beside that of the state, null for one that the state lacks. */
  void compare(Part then, Part now) {
    if (then == null) {
      added(now);
      return;
    }
    List<String> differences = differences(then, now);
    if (!differences.isEmpty()) {
      refusals.add(
          "%s: %s.%s."
              .formatted(now.id(), String.join("; ", differences), waysOut(now, differences)));
    }
    sinks(then, now);
    retain(then, now);
    indexRetain(then, now);
  }

  private static List<String> differences(Part then, Part now) {
    Set<String> names = new LinkedHashSet<>(then.properties().keySet());
    names.addAll(now.properties().keySet());
    names.removeAll(FREE);
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = then.properties().get(name);
      String is = now.properties().get(name);
      if (was == null) {
        differences.add("%s is new: %s".formatted(name, Infix.of(is)));
      } else if (is == null) {
        differences.add("%s is gone, which was %s".formatted(name, Infix.of(was)));
      } else if (!was.equals(is)) {
        differences.add(
            "%s was %s and is now %s".formatted(name, nothingIfEmpty(was), nothingIfEmpty(is)));
      }
    }
    return differences;
  }

  private static String nothingIfEmpty(String value) {
    return value.isEmpty() ? "nothing" : Infix.of(value);
  }

  private static String waysOut(Part part, List<String> differences) {
    return switch (part.kind()) {
      case VIEW ->
          " Change it back, give the edited view another name, or begin it anew from the savepoint with --restart-view "
              + part.name();
      case DATASET ->
          differences.stream().anyMatch(text -> text.startsWith("write."))
              ? " Change it back: the rows that silver/%s holds are told by it. Another way of writing needs another lake and a start without the savepoint"
                  .formatted(part.name())
              : WITHOUT_STATE;
      case DEDUPLICATE, PIPELINE -> WITHOUT_STATE;
    };
  }

  private void added(Part now) {
    switch (now.kind()) {
      case DATASET ->
          notes.add(
              "dataset %s is new: its topic is read from the oldest record".formatted(now.name()));
      case DEDUPLICATE ->
          notes.add(
              "deduplicate of %s is new: it knows no record from before the savepoint"
                  .formatted(now.name()));
      case PIPELINE ->
          refusals.add(
              "The savepoint belongs to another pipeline than %s. Choose one of this pipeline, or start without a savepoint."
                  .formatted(now.name()));
      case VIEW -> throw new IllegalStateException("A new view begins: " + now.name());
    }
  }

  /** A part of the state that the pipeline no longer has. */
  void gone(Part then) {
    leavesStateOut = true;
    switch (then.kind()) {
      case VIEW ->
          notes.add(
              "view %s is gone: its state is left out, open windows with it; what it wrote stays"
                  .formatted(then.name()));
      case DEDUPLICATE ->
          notes.add(
              "deduplicate of %s is gone: its state is left out, repeats pass from now on"
                  .formatted(then.name()));
      case DATASET ->
          notes.add(
              "dataset %s is gone: its state is left out; what it wrote stays"
                  .formatted(then.name()));
      case PIPELINE -> {
        // The new name is refused already.
      }
    }
  }

  /** A view that begins at the savepoint. */
  void begins(String view, boolean anew, String firstWindow) {
    leavesStateOut |= anew;
    notes.add(
        anew
            ? "view %s begins anew: its state is left out, it counts from the savepoint on%s"
                .formatted(view, firstWindow)
            : "view %s is new: it counts from the savepoint on%s".formatted(view, firstWindow));
  }

  private void sinks(Part then, Part now) {
    if (now.kind() != Kind.VIEW) {
      return;
    }
    Set<String> was = sinks(then);
    Set<String> is = sinks(now);
    for (String sink : was) {
      if (!is.contains(sink)) {
        leavesStateOut = true;
        notes.add(
            "view %s no longer writes to %s: what it wrote stays".formatted(now.name(), sink));
      }
    }
    for (String sink : is) {
      if (!was.contains(sink)) {
        notes.add(
            "view %s writes to %s from the savepoint on: a row comes there with the next result of its key"
                .formatted(now.name(), sink));
      }
    }
  }

  private static Set<String> sinks(Part part) {
    return new TreeSet<>(List.of(part.properties().get(KeptDefinition.SINKS).split(", ")));
  }

  private void indexRetain(Part then, Part now) {
    String was = then.properties().getOrDefault(KeptDefinition.INDEX_RETAIN, FOR_EVER);
    String is = now.properties().getOrDefault(KeptDefinition.INDEX_RETAIN, FOR_EVER);
    if (!was.equals(is)) {
      notes.add(
          "silver of %s remembers keys %s, was %s: rows of keys that were forgotten by then are looked up in the table"
              .formatted(now.name(), FOR_EVER.equals(is) ? is : "for " + is, was));
    }
  }

  private void retain(Part then, Part now) {
    String was = then.properties().get(KeptDefinition.RETAIN);
    String is = now.properties().get(KeptDefinition.RETAIN);
    if (was != null && !was.equals(is)) {
      notes.add(
          "deduplicate of %s remembers keys for %s, was %s: keys that were forgotten by then stay forgotten"
              .formatted(now.name(), is, was));
    }
  }
}
