package io.sluice.definition.edit;

import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A store beside the lake on which a part of a pipeline relies while it goes on from a savepoint.
 * It is told from another one in its place by an id.
 *
 * @param part the view that is written there, or the dataset whose schemas are there
 */
public record Store(Kind kind, String part) {

  /** What a store is. */
  public enum Kind {
    /** Knows what the bytes of a dataset's records mean. */
    REGISTRY,
    /** Serves a view. */
    REDIS,
    /** Serves a view. */
    POSTGRESQL;

    /** The kind as a person writes it: {@code redis}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind that a person names. */
    public static Optional<Kind> of(String text) {
      return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
  }

  /** Tells the id that a store has now. */
  @FunctionalInterface
  public interface Ids {
    /**
     * @param kept the id that it had when the state was saved
     * @return the id; empty when there is none; nothing when this process cannot ask the store
     */
    Optional<String> now(Store store, String kept) throws IOException;
  }

  /** The stores on which a pipeline relies. */
  public static List<Store> of(Pipeline pipeline) {
    List<Store> stores = new ArrayList<>();
    pipeline.sources().keySet().forEach(name -> stores.add(new Store(Kind.REGISTRY, name)));
    for (View view : pipeline.gold().values()) {
      if (view.sinks().contains(SinkKind.REDIS)) {
        stores.add(new Store(Kind.REDIS, view.name()));
      }
      if (view.sinks().contains(SinkKind.JDBC)) {
        stores.add(new Store(Kind.POSTGRESQL, view.name()));
      }
    }
    return stores;
  }

  /** Reads what {@link #toString} gave. */
  public static Store parse(String text) {
    String[] words = text.split(" ", 2);
    return new Store(Kind.valueOf(words[0].toUpperCase(Locale.ROOT)), words[1]);
  }

  /** Why a pipeline cannot go on with another store as if nothing had happened. */
  String isOther(boolean gone) {
    String goOn =
        ". To go on with what is there all the same: --accept-new %s.".formatted(kind.text());
    if (kind == Kind.REGISTRY) {
      return "dataset %s: the schema registry %s the schema that it had when the state was saved: stored records would be rejected or mean something else. Restore the registry with its content, such as the topic _schemas%s"
          .formatted(part, gone ? "does not know" : "has another one under the id of", goOn);
    }
    String place = place();
    return "view %s: %s %s: rows whose keys get no new event would be missing there. Restore what %s held, or begin the view anew with --restart-view %s, or start without the savepoint: the view is computed from all that Kafka keeps%s"
        .formatted(
            part,
            place,
            gone
                ? "no longer holds the view that it held when the state was saved"
                : "holds another view of that name than when the state was saved",
            place,
            part,
            goOn);
  }

  /** What it means to go on with another store that was accepted. */
  String accepted() {
    return kind == Kind.REGISTRY
        ? "dataset %s: the schema registry is another one or lost the schema; accepted: stored records whose ids it does not know are rejected (unknown_schema_id)"
            .formatted(part)
        : "view %s: %s is another one or lost the view; accepted: rows appear with the next result of their key"
            .formatted(part, place());
  }

  private String place() {
    return kind == Kind.REDIS ? "Redis" : "PostgreSQL";
  }

  @Override
  public String toString() {
    return kind.text() + " " + part;
  }
}
