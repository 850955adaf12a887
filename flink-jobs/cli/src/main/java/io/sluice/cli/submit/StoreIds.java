package io.sluice.cli.submit;

import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.ServedViews;
import io.sluice.definition.Pipeline;
import io.sluice.definition.Pipeline.Connections;
import io.sluice.definition.Reference;
import io.sluice.definition.edit.Store;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The ids of the stores beside the lake: those of views are marks that a submission leaves in the
 * store, that of a registry is the id of the dataset's schema and what that schema is. Stores whose
 * address only the job knows are not asked.
 */
final class StoreIds implements Store.Ids, AutoCloseable {
  private final Platform platform;
  private final Endpoints at;
  private final Optional<Connections.Redis> redis;
  private final Optional<String> redisUri;
  private final Optional<String> jdbcUrl;
  private ServedViews views;

  StoreIds(Platform platform, Endpoints at, Pipeline pipeline) {
    this.platform = platform;
    this.at = at;
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
    Optional<String> id =
        store.kind() == Store.Kind.REDIS
            ? views().hashesId(prefix(store))
            : views().tableId(store.part());
    return Optional.of(id.orElse(""));
  }

  /**
   * Marks the stores of a pipeline that starts.
   *
   * @param schemas ids of the datasets' schemas
   */
  Map<Store, String> mark(Pipeline pipeline, Map<String, Integer> schemas) throws IOException {
    Map<Store, String> ids = new LinkedHashMap<>();
    for (Store store : Store.of(pipeline)) {
      if (store.kind() == Store.Kind.REGISTRY) {
        ids.put(store, schema(schemas.get(store.part())));
      } else if (known(store.kind())) {
        Optional<String> id =
            store.kind() == Store.Kind.REDIS
                ? views().markHashes(prefix(store))
                : views().markTable(store.part());
        id.ifPresent(mark -> ids.put(store, mark));
      }
    }
    return ids;
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
      views =
          platform.views(
              new Endpoints(
                  at.kafka(),
                  at.registry(),
                  redisUri.orElse(at.redis()),
                  jdbcUrl.orElse(at.jdbc()),
                  at.flink(),
                  at.lake()));
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
