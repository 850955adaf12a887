package io.sluice.cli.submit;

import io.sluice.definition.model.Pipeline;
import java.util.ArrayList;
import java.util.List;

/** The names of the tables that a pipeline may write, as {@code LAYER/NAME}. */
public final class LakeTables {
  private LakeTables() {}

  /** Those of a pipeline. */
  public static List<String> of(Pipeline pipeline) {
    List<String> names = new ArrayList<>();
    for (String dataset : pipeline.sources().keySet()) {
      names.addAll(List.of("bronze/" + dataset, "silver/" + dataset, "quarantine/" + dataset));
    }
    pipeline.gold().keySet().forEach(view -> names.addAll(ofView(view)));
    names.add("ledger/" + pipeline.name());
    return names;
  }

  /** Those of a view. */
  public static List<String> ofView(String view) {
    return List.of("gold/" + view, "late/" + view, "rejected/" + view);
  }
}
