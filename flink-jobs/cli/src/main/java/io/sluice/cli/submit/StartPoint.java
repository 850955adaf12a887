package io.sluice.cli.submit;

import io.sluice.definition.edit.Store;
import java.util.List;
import java.util.Optional;

/**
 * Where a job begins.
 *
 * @param from a savepoint or retained checkpoint; empty for a start without state
 * @param restartViews views that begin anew from there
 * @param accepted kinds of stores that may be others than those beside which the state was made
 * @param acceptsOlder whether tables may hold what came after the state was saved
 */
public record StartPoint(
    Optional<String> from,
    List<String> restartViews,
    List<Store.Kind> accepted,
    boolean acceptsOlder) {
  public StartPoint {
    restartViews = List.copyOf(restartViews);
    accepted = List.copyOf(accepted);
  }

  /** All views as they are, beside the stores and tables that they had. */
  public static StartPoint of(Optional<String> from) {
    return new StartPoint(from, List.of(), List.of(), false);
  }

  /** The same beside tables that may hold what came after the state was saved. */
  public StartPoint acceptingOlder() {
    return new StartPoint(from, restartViews, accepted, true);
  }
}
