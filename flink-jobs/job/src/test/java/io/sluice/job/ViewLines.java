package io.sluice.job;

import io.sluice.connectors.delta.DeltaTables;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the ledger of a pipeline says about its views, added up. */
final class ViewLines {
  private ViewLines() {}

  /**
   * The sums over all checkpoints; {@code open} is that of the last one.
   *
   * @param ledger path of the table
   */
  static Map<String, Map<String, Long>> read(String ledger) throws IOException {
    Map<String, Map<String, Long>> sums = new TreeMap<>();
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(ledger, OptionalLong.empty(), List.of("checkpoint_id", "views"), -1)) {
      for (Map<String, Object> row :
          rows.sorted((a, b) -> Long.compare(checkpoint(a), checkpoint(b))).toList()) {
        ((Map<?, ?>) row.get("views"))
            .forEach(
                (view, line) ->
                    add(
                        sums.computeIfAbsent((String) view, v -> new TreeMap<>()),
                        (Map<?, ?>) line));
      }
    }
    return sums;
  }

  private static long checkpoint(Map<String, Object> row) {
    return (Long) row.get("checkpoint_id");
  }

  private static void add(Map<String, Long> sums, Map<?, ?> line) {
    line.forEach(
        (field, number) ->
            sums.merge(
                (String) field, (Long) number, field.equals("open") ? (a, b) -> b : Long::sum));
  }
}
