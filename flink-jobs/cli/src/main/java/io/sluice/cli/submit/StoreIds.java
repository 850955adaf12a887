package io.sluice.cli.submit;

import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.ServedViews;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Reference;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The ids of the stores beside the lake: those of views are marks that a submission leaves in the
 * store, that of a registry is the id of the dataset's schema and what that schema is. Stores whose
 * address only the job knows are not asked. Redis or PostgreSQL that cannot be asked stops no
 * start: the job waits for them, and the id that was kept stays.
 */
final class StoreIds implements Store.Ids, AutoCloseable {
  private final Platform platform;
  private final Endpoints at;
  private final Optional<Connections.Redis> redis;
  private final Optional<String> redisUri;
  private final Optional<String> jdbcUrl;
  private final Consumer<String> progress;
  private final Set<Store.Kind> silent = EnumSet.noneOf(Store.Kind.class);
  private final Map<Store, String> unchanged = new HashMap<>();
  private ServedViews views;

  /**
   * @param progress is told of stores that cannot be asked
   */
  StoreIds(Platform platform, Endpoints at, Pipeline pipeline, Consumer<String> progress) {
    this.platform = platform;
    this.at = at;
    this.progress = progress;
    redis = pipeline.connections().redis();
    redisUri = redis.map(Connections.Redis::uri).flatMap(this::address);
    jdbcUrl = pipeline.connections().jdbc().map(Connections.Jdbc::url).flatMap(this::address);
  }

  private Optional<String> address(Reference reference) {
    try {
      return Optional.of(reference.resolve(at::variable));
    } catch (IllegalStateException notHere) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> now(Store store, String kept) throws IOException {
    if (store.kind() == Store.Kind.REGISTRY) {
      return Optional.of(schema(Integer.parseInt(kept.substring(0, kept.indexOf(':')))));
    }
    if (!known(store.kind())) {
      return Optional.empty();
    }
    Optional<String> id = ask(store, this::find);
    if (id.orElse(kept).equals(kept)) {
      unchanged.put(store, kept);
    }
    return id;
  }

  private Optional<String> find(Store store) {
    return store.kind() == Store.Kind.REDIS
        ? views().hashesId(prefix(store))
        : views().tableId(store.part());
  }

  private Optional<String> give(Store store) {
    return store.kind() == Store.Kind.REDIS
        ? views().markHashes(prefix(store))
        : views().markTable(store.part());
  }

  /** What a store answers: empty for no id. A store that fails once is not asked again. */
  private Optional<String> ask(Store store, Function<Store, Optional<String>> question) {
    if (silent.contains(store.kind())) {
      return Optional.empty();
    }
    try {
      return Optional.of(question.apply(store).orElse(""));
    } catch (CommandFailure e) {
      silent.add(store.kind());
      progress.accept(
          "%s: another one in its place would not be noticed by this start ('sluice status' shows what runs)"
              .formatted(e.getMessage().replaceFirst("\\.$", "")));
      return Optional.empty();
    }
  }

  /**
   * Marks the stores of a pipeline that starts.
   *
   * @param schemas ids of the datasets' schemas
   * @return the ids of the stores that have one
   */
  Map<Store, String> mark(Pipeline pipeline, Map<String, Integer> schemas) throws IOException {
    Map<Store, String> ids = new LinkedHashMap<>();
    for (Store store : Store.of(pipeline)) {
      String id = mark(store, schemas);
      if (!id.isEmpty()) {
        ids.put(store, id);
      }
    }
    return ids;
  }

  private String mark(Store store, Map<String, Integer> schemas) throws IOException {
    if (store.kind() == Store.Kind.REGISTRY) {
      return schema(schemas.get(store.part()));
    }
    return known(store.kind())
        ? ask(store, this::give).orElse(unchanged.getOrDefault(store, ""))
        : "";
  }

  /** Whether a store of views holds rows of one. */
  boolean holdsRows(Store store) {
    return known(store.kind())
        && (store.kind() == Store.Kind.REDIS
            ? views().hashes(prefix(store)) > 0
            : views().hasTable(store.part()));
  }

  /** Removes the rows of a view, and its id. */
  void removeRows(Store store) {
    if (store.kind() == Store.Kind.REDIS) {
      views().removeHashes(prefix(store));
    } else {
      views().dropTable(store.part());
    }
  }

  /**
   * Refuses stores of views that cannot be emptied.
   *
   * @throws CommandFailure with the view and the store
   */
  void requireReachable(Pipeline pipeline) {
    for (Store store : Store.of(pipeline)) {
      if (store.kind() == Store.Kind.REGISTRY) {
        continue;
      }
      if (!known(store.kind())) {
        throw new CommandFailure(
            "The view %s cannot be emptied: the address of %s is known to its job alone. Set its variable for this command, too"
                .formatted(store.part(), store.kind().text()));
      }
      find(store);
    }
  }

  /**
   * Removes the rows of a view; its id stays.
   *
   * @param endingAfter only those of windows that end after this time; empty for all
   */
  void clearRows(Store store, Optional<Instant> endingAfter) {
    if (store.kind() == Store.Kind.REDIS) {
      views().clearHashes(prefix(store));
    } else if (views().hasTable(store.part())) {
      views().clearTable(store.part(), endingAfter);
    }
  }

  private String schema(int id) throws IOException {
    return platform.schemas(at).fingerprint(id).map(what -> id + ":" + what).orElse("");
  }

  private boolean known(Store.Kind kind) {
    return kind == Store.Kind.REDIS ? redisUri.isPresent() : jdbcUrl.isPresent();
  }

  private String prefix(Store store) {
    return redis.orElseThrow().keyPrefix() + store.part() + ":";
  }

  private ServedViews views() {
    if (views == null) {
      views = platform.views(at.withViews(redisUri.orElse(at.redis()), jdbcUrl.orElse(at.jdbc())));
    }
    return views;
  }

  @Override
  public void close() {
    if (views != null) {
      views.close();
    }
  }
}
