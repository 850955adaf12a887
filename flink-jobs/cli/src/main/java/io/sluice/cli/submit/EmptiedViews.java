package io.sluice.cli.submit;

import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.View;
import io.sluice.delta.rewind.SavepointVersion;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The views of a pipeline in Redis and PostgreSQL. Before a job that begins at a savepoint sends
 * their rows from its state, all rows go that the state has: those of a running view, and those of
 * windows that were not final then. Final windows are never sent again, and never change.
 */
final class EmptiedViews {
  /** The position of a table without rows. */
  private static final long NO_ROW = Long.MIN_VALUE;

  private final Pipeline pipeline;
  private final StoreIds stores;

  EmptiedViews(Pipeline pipeline, StoreIds stores) {
    this.pipeline = pipeline;
    this.stores = stores;
  }

  /**
   * Refuses views of which it is not known what belongs to a savepoint, and stores that do not
   * answer.
   *
   * @throws CommandFailure with the view and the way out
   */
  void check() {
    for (View view : pipeline.gold().values()) {
      if (view instanceof View.Windowed && !view.sinks().contains(SinkKind.DELTA)) {
        throw new CommandFailure(
            "The view %s keeps windows in PostgreSQL alone: nothing tells which of them were final at the savepoint. Nothing was changed; add delta to the view's sinks before the next savepoint, or begin it anew with sluice restore %s --from SAVEPOINT --accept --restart-view %s"
                .formatted(view.name(), pipeline.name(), view.name()));
      }
    }
    stores.requireReachable(pipeline);
  }

  /**
   * Removes the rows.
   *
   * @param versions of the tables at the savepoint
   * @param progress is told each view
   */
  void empty(Map<String, SavepointVersion> versions, Consumer<String> progress) {
    for (Store store : views()) {
      View view = pipeline.gold().get(store.part());
      Optional<Instant> until =
          view instanceof View.Windowed ? lastFinal(view.name(), versions) : Optional.empty();
      stores.clearRows(store, until);
      progress.accept(
          "%s in %s is emptied%s, and comes back from the savepoint"
              .formatted(
                  view.name(),
                  store.kind().text(),
                  until.map(end -> " of windows that end after " + end).orElse("")));
    }
  }

  private List<Store> views() {
    return Store.of(pipeline).stream()
        .filter(store -> store.kind() != Store.Kind.REGISTRY)
        .toList();
  }

  /** The view's table holds final windows only, in the order of their ends. */
  private static Optional<Instant> lastFinal(String view, Map<String, SavepointVersion> versions) {
    SavepointVersion table = versions.get("gold/" + view);
    return table == null
        ? Optional.empty()
        : table.positions().values().stream()
            .filter(position -> position != NO_ROW)
            .max(Long::compare)
            .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }
}
