package io.sluice.cli.demo.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.demo.DemoReport;
import io.sluice.cli.demo.DemoTimes;
import io.sluice.cli.demo.WarmUp;
import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.demo.trade.ExpectedResults.Bucket;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.cli.demo.trade.ExpectedResults.Position;
import io.sluice.cli.demo.trade.Offsets;
import io.sluice.cli.text.Cells;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

public class ReconciliationTest {
  private static final Bucket BUCKET = new Bucket("EQ-NY", "USD", 60_000);
  private static final Bucket NEXT = new Bucket("EQ-NY", "USD", 120_000);
  private static final Exposure EXPOSURE = new Exposure(new BigDecimal("10.5000"), -3, 2);
  private static final Position POSITION = new Position(new BigDecimal("7.00"), 61_000_000, 2);

  private final ExpectedResults expected =
      new ExpectedResults(
          4,
          new TreeMap<>(Map.of("corrupt", 1L)),
          1,
          0,
          records(4),
          2,
          records(2),
          new BigDecimal("7.00"),
          new TreeMap<>(Map.of("EQ-NY", POSITION)),
          new TreeMap<>(Map.of(BUCKET, EXPOSURE)),
          new TreeMap<>(Map.of(BUCKET, EXPOSURE)),
          new TreeMap<>(Map.of(BUCKET, EXPOSURE, NEXT, EXPOSURE)),
          new TreeMap<>(Map.of(BUCKET, EXPOSURE)),
          0);

  public static Offsets records(int count) {
    var records = new Offsets();
    for (int i = 0; i < count; i++) {
      records.add(i % 2, i / 2);
    }
    return records;
  }

  public static Findings findings(LakeFindings.Coordinates silver, Exposure gold) {
    return findings(silver, Map.of(BUCKET, gold));
  }

  private static Findings findings(LakeFindings.Coordinates silver, Map<Bucket, Exposure> gold) {
    return new Findings(
        4,
        4,
        new LakeFindings.Coordinates(records(4), 4),
        silver,
        new TreeMap<>(Map.of("corrupt", 1L)),
        new TreeMap<>(Map.of("corrupt", 1L)),
        0,
        new LakeFindings.Ledger(4, 2, 1, 1, 0),
        new LakeFindings.Exposures(gold, gold.size()),
        new TreeMap<>(Map.of("EQ-NY", POSITION)),
        new TreeMap<>(Map.of(BUCKET, EXPOSURE)));
  }

  private List<Check> failures(Findings found) {
    return Reconciliation.compare(4, expected, found).stream()
        .filter(check -> !check.passes())
        .toList();
  }

  @Test
  void equalNumbersPassWhateverTheirScale() {
    var sameValue = new Exposure(new BigDecimal("10.5"), -3, 2);
    assertThat(failures(findings(new LakeFindings.Coordinates(records(2), 2), sameValue)))
        .isEmpty();
  }

  @Test
  void windowsThatOnlySilenceClosesMayBeThereAndHaveTheirValues() {
    var silver = new LakeFindings.Coordinates(records(2), 2);
    assertThat(failures(findings(silver, Map.of(BUCKET, EXPOSURE, NEXT, EXPOSURE)))).isEmpty();
    var wrong = new Exposure(BigDecimal.ONE, 1, 1);
    assertThat(failures(findings(silver, Map.of(BUCKET, EXPOSURE, NEXT, wrong)))).hasSize(1);
  }

  @Test
  void namesTheRecordsThatAreMissingOrTooMany() {
    var other = new Offsets();
    other.add(0, 0);
    other.add(0, 9);
    List<Check> failures = failures(findings(new LakeFindings.Coordinates(other, 3), EXPOSURE));
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0).name()).isEqualTo("silver rows");
    assertThat(failures.get(0).differences())
        .containsExactly(
            "1 missing (partition/offset), first: 1/0",
            "1 not expected (partition/offset), first: 0/9",
            "1 rows repeat a record");
  }

  @Test
  void namesTheKeyOfAWrongValue() {
    var wrong = new Exposure(new BigDecimal("10.4"), -3, 2);
    List<Check> failures = failures(findings(new LakeFindings.Coordinates(records(2), 2), wrong));
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0).found()).isEqualTo("0 equal");
    assertThat(failures.get(0).differences().get(0)).contains("EQ-NY").contains("10.4");
  }

  @Test
  void rendersATable() {
    String table =
        CheckTable.render(
            List.of(Check.count("produced", 1_000, 1_000), Check.count("late events", 5, 3)));
    assertThat(table.lines())
        .containsExactly(
            "  check        expected  found",
            "  -----------  --------  -----  ----",
            "  produced        1,000  1,000  ok",
            "  late events         5      3  FAIL",
            "      2 missing");
  }

  @Test
  void theJsonHasTheDocumentedKeys() {
    var report =
        new DemoReport(
            findings(new LakeFindings.Coordinates(records(2), 2), EXPOSURE),
            new DemoTimes(
                1234.6,
                new Percentiles(2, 1.5, 2.5, 3.0),
                Percentiles.none(),
                Percentiles.none(),
                WarmUp.of(0)),
            true);
    Map<String, Object> members = Cells.fields(report.members());
    assertThat(members.keySet())
        .containsExactly(
            "produced",
            "acked",
            "bronze",
            "silver",
            "rejected",
            "rejectedTotal",
            "duplicates",
            "late",
            "ledgerGap",
            "gold",
            "redisKeys",
            "jdbcRows",
            "eventsPerSecond",
            "servingLatencyMs",
            "freshnessMs",
            "pass");
    assertThat(members)
        .containsEntry("rejected", Map.of("corrupt", 1L))
        .containsEntry("gold", Map.of("exposure_by_book_1m", 1L))
        .containsEntry("jdbcRows", Map.of("exposure_by_book_1m", 1))
        .containsEntry("eventsPerSecond", 1235L)
        .containsEntry("servingLatencyMs", Map.of("p50", 1.5, "p99", 2.5))
        .containsEntry("pass", true);
  }
}
