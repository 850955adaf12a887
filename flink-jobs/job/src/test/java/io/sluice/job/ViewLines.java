package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.table.DeltaTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
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

  /** Compares the lines of one run of the pipeline {@code orders} with its tables. */
  static void checkOrders(Path lake) throws IOException {
    Map<String, Map<String, Long>> lines = read(lake + "/ledger/orders");
    long accepted = sum(lake + "/silver/orders", row -> 1);
    assertThat(lines.get("by_shop_1m"))
        .containsEntry("taken", accepted)
        .containsEntry("late", sum(lake + "/late/by_shop_1m", row -> 1))
        .containsEntry("counted", sum(lake + "/gold/by_shop_1m", row -> (Long) row.get("orders")))
        .containsEntry("open", 0L);
    assertThat(lines.get("total_by_shop")).containsEntry("counted", 890L);
    assertThat(lines.values()).allMatch(line -> line.get("gap") == 0);
  }

  private static long sum(String table, ToLongFunction<Map<String, Object>> number)
      throws IOException {
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(table, OptionalLong.empty(), List.of(), -1)) {
      return rows.mapToLong(number).sum();
    }
  }
}
