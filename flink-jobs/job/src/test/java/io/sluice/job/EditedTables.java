package io.sluice.job;

import static io.sluice.job.EditedOrders.RECORDS;
import static io.sluice.job.EditedOrders.allWindows;
import static io.sluice.job.EditedOrders.twice;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.table.DeltaTables;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the tables and views of an edited pipeline hold, against what its records make of it. */
record EditedTables(Path lake) {
  static final String WINDOW_VIEW = "by_shop_1m";
  static final String RUNNING_VIEW = "total_by_shop";

  List<Map<String, Object>> rows(String table) throws IOException {
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(lake + "/" + table, OptionalLong.empty(), List.of(), -1)) {
      return rows.toList();
    }
  }

  long ledger(String column) throws IOException {
    return rows("ledger/orders").stream().mapToLong(row -> (Long) row.get(column)).sum();
  }

  /** Rows of a window view as text, from the table. */
  Map<String, String> gold(String view, String sum, String count, long size) throws IOException {
    return rows("gold/" + view).stream()
        .filter(row -> seconds(row, "window_end") - seconds(row, "window_start") == size)
        .collect(
            Collectors.toMap(
                row -> row.get("shop") + "@" + seconds(row, "window_start"),
                row -> row.get(sum) + "/" + row.get(count),
                (one, other) -> "twice",
                TreeMap::new));
  }

  private static long seconds(Map<String, Object> row, String column) {
    return ((Instant) row.get(column)).getEpochSecond();
  }

  void checkWindowView() throws IOException {
    assertThat(gold(WINDOW_VIEW, "total", "orders", 60)).isEqualTo(allWindows());
    checkJdbc(WINDOW_VIEW);
  }

  /** What the job has closed since the savepoint, in the relational store as in the table. */
  void checkJdbc(String view) {
    String last = "jdbc %s shop=shop-0 window_start=960000 window_end=1020000 ".formatted(view);
    String values = allWindows().get("shop-0@960");
    String[] sumAndCount = values.split("/");
    assertThat(TestingEdges.SERVED)
        .contains(
            last
                + "total=%s orders=%s _version=%s"
                    .formatted(sumAndCount[0], sumAndCount[1], sumAndCount[1]));
  }

  void checkRunningView() {
    for (int shop = 0; shop < 3; shop++) {
      assertThat(lastServed("redis total_by_shop shop=shop-" + shop))
          .endsWith(" total=%s _version=300".formatted(twice(shop, 0, RECORDS)));
    }
  }

  static String lastServed(String beginning) {
    return TestingEdges.SERVED.stream()
        .filter(text -> text.startsWith(beginning + " "))
        .reduce("nothing", (before, after) -> after);
  }

  void checkSilver() throws IOException {
    assertThat(rows("bronze/orders")).hasSize(RECORDS);
    assertThat(rows("silver/orders")).hasSize(900);
    assertThat(ledger("duplicates")).isEqualTo(100);
    checkLedger();
  }

  void checkLedger() throws IOException {
    assertThat(ledger("consumed")).isEqualTo(RECORDS);
    assertThat(ledger("gap")).isZero();
    assertThat(views().values()).isNotEmpty().allMatch(line -> line.get("gap") == 0);
  }

  Map<String, Map<String, Long>> views() throws IOException {
    return ViewLines.read(lake + "/ledger/orders");
  }

  void checkView(String view, long taken, long leftOut, long counted, long open)
      throws IOException {
    assertThat(views().get(view))
        .isEqualTo(
            Map.of(
                "taken", taken,
                "late", 0L,
                "rejected", 0L,
                "left_out", leftOut,
                "counted", counted,
                "open", open,
                "gap", 0L));
  }

  void checkAll() throws IOException {
    checkSilver();
    checkWindowView();
    checkRunningView();
    checkView(WINDOW_VIEW, 900, 0, 900, 0);
    checkView(RUNNING_VIEW, 900, 0, 900, 0);
  }
}
