package io.sluice.cli.submit;

import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import java.util.List;

/**
 * The views that a new definition adds, in the stores beside the lake. Their rows bear versions
 * that count from the savepoint on: rows of a try that was taken back would keep out those of the
 * next one, so they are removed. What was there before could not come back.
 */
final class AddedViews {
  private final List<Store> stores;
  private final StoreIds ids;

  /**
   * @param ids of the new definition's stores
   */
  AddedViews(Pipeline before, Pipeline after, StoreIds ids) {
    this.ids = ids;
    this.stores =
        Store.of(after).stream()
            .filter(store -> store.kind() != Store.Kind.REGISTRY)
            .filter(store -> !before.gold().containsKey(store.part()))
            .toList();
  }

  /**
   * Refuses views of which a store holds rows already.
   *
   * @throws CommandFailure with the view, the store and the ways out
   */
  void requireNone() {
    for (Store store : stores) {
      if (ids.holdsRows(store)) {
        throw new CommandFailure(
            "The view %s is new, but %s holds rows of a former view of that name, which could not come back if the upgrade is taken back. Remove them first: sluice remove view %s"
                .formatted(store.part(), store.kind().text(), store.part()));
      }
    }
  }

  /** Removes what a try has written. */
  void remove() {
    stores.stream().filter(ids::holdsRows).forEach(ids::removeRows);
  }
}
