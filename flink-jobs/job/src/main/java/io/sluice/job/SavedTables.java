package io.sluice.job;

import io.sluice.definition.model.Pipeline;
import io.sluice.delta.commit.SavedSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a savepoint or retained checkpoint knows of the tables of a pipeline.
 *
 * @param checkpoint its id
 * @param sinks the sinks of each table, which is named {@code LAYER/NAME}
 */
public record SavedTables(long checkpoint, Map<String, List<SavedSink>> sinks) {
  public SavedTables {
    Objects.requireNonNull(sinks, "sinks");
  }

  /** A sink's uid, by the table that it writes: those that {@link PipelineJob} adds. */
  static Map<String, List<String>> uids(Pipeline pipeline) {
    Map<String, List<String>> uids = new LinkedHashMap<>();
    List<String> ledger = new ArrayList<>();
    for (String dataset : pipeline.sources().keySet()) {
      uids.put("bronze/" + dataset, List.of(Uids.BRONZE + dataset));
      uids.put("silver/" + dataset, List.of(Uids.SILVER + dataset));
      uids.put("quarantine/" + dataset, List.of(Uids.QUARANTINE + dataset));
      ledger.add(Uids.LEDGER + dataset);
    }
    for (String view : pipeline.gold().keySet()) {
      uids.put("gold/" + view, List.of(Uids.GOLD + view));
      uids.put("late/" + view, List.of(Uids.LATE + view));
      uids.put("rejected/" + view, List.of(Uids.REJECTED + view));
    }
    uids.put("ledger/" + pipeline.name(), ledger);
    return uids;
  }
}
