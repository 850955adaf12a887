package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.testkit.SparkReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** What Spark, which shares no code with the job or the demo's readers, finds in the tables. */
final class SparkFindings {
  private final SparkReader spark;
  private final Names.Tables tables;

  SparkFindings(SparkReader spark, Names.Tables tables) {
    this.spark = spark;
    this.tables = tables;
  }

  /** Compares counts and sums of every table with the oracle's. */
  void requireSame(ExpectedResults expected) throws IOException {
    Map<String, Object> bronze =
        row(
            tables.bronze(),
            "select count(*) as n, count(distinct `partition`, `offset`) as records from t");
    assertThat(number(bronze, "n")).isEqualByComparingTo(number(expected.acked()));
    assertThat(number(bronze, "records")).isEqualByComparingTo(number(expected.acked()));
    silver(expected);
    var rejected = new TreeMap<String, Long>();
    for (Map<String, Object> rule :
        spark.query(tables.quarantine(), "select rule, count(*) as n from t group by rule")) {
      rejected.put(rule.get("rule").toString(), number(rule, "n").longValueExact());
    }
    assertThat(rejected).isEqualTo(expected.rejected());
    assertThat(spark.count(tables.late())).isEqualTo(expected.late());
    gold(expected);
    Map<String, Object> ledger =
        row(
            tables.ledger(),
            "select sum(consumed) as consumed, sum(duplicates) as duplicates, sum(abs(gap)) as gap from t");
    assertThat(number(ledger, "consumed")).isEqualByComparingTo(number(expected.acked()));
    assertThat(number(ledger, "duplicates")).isEqualByComparingTo(number(expected.duplicates()));
    assertThat(number(ledger, "gap")).isZero();
  }

  private void silver(ExpectedResults expected) throws IOException {
    Map<String, Object> silver =
        row(
            tables.silver(),
            "select count(*) as n, count(distinct _partition, _offset) as records,"
                + " sum(position_value) as position from t");
    assertThat(number(silver, "n")).isEqualByComparingTo(number(expected.silver().size()));
    assertThat(number(silver, "records")).isEqualByComparingTo(number(expected.silver().size()));
    assertThat(number(silver, "position")).isEqualByComparingTo(expected.silverPosition());
  }

  private void gold(ExpectedResults expected) throws IOException {
    Map<String, Object> gold =
        row(
            tables.gold(),
            "select count(*) as n, sum(trades) as trades, sum(net_quantity) as net,"
                + " sum(gross_notional) as gross from t");
    var delta =
        number(gold, "n").intValueExact() == expected.delta().size()
            ? expected.delta()
            : expected.deltaAfterSilence();
    BigDecimal gross =
        delta.values().stream()
            .map(Exposure::grossNotional)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(number(gold, "n")).isEqualByComparingTo(number(delta.size()));
    assertThat(number(gold, "trades"))
        .isEqualByComparingTo(number(delta.values().stream().mapToLong(Exposure::trades).sum()));
    assertThat(number(gold, "net"))
        .isEqualByComparingTo(
            number(delta.values().stream().mapToLong(Exposure::netQuantity).sum()));
    assertThat(number(gold, "gross")).isEqualByComparingTo(gross);
  }

  private Map<String, Object> row(String table, String sql) throws IOException {
    return spark.query(table, sql).get(0);
  }

  private static BigDecimal number(Map<String, Object> row, String column) {
    return new BigDecimal(row.get(column).toString());
  }

  private static BigDecimal number(long value) {
    return BigDecimal.valueOf(value);
  }
}
