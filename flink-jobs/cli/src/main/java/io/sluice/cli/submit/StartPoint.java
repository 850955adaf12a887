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
 */
public record StartPoint(
    Optional<String> from, List<String> restartViews, List<Store.Kind> accepted) {
  public StartPoint {
    restartViews = List.copyOf(restartViews);
    accepted = List.copyOf(accepted);
  }

  /** All views as they are, beside the stores that they had. */
  public static StartPoint of(Optional<String> from) {
    return new StartPoint(from, List.of(), List.of());
  }
}
