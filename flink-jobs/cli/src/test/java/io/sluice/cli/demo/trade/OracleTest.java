package io.sluice.cli.demo.trade;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.demo.trade.DemoEvents.Values;
import io.sluice.cli.demo.trade.ExpectedResults.Bucket;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.cli.demo.trade.ExpectedResults.Position;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cases small enough to check by hand. Times are seconds after a full minute. */
class OracleTest {
  private static final long MINUTE = 1_790_000_040L;
  private static final String BOOK = Market.BOOKS.get(0);

  private final DemoEvents events = new DemoEvents(20);
  private final long[] nextOffset = new long[2];

  /** Sells or buys at a price of 2.5000; the position changes by ten. */
  private int trade(TradeKind kind, int partition, double second, int quantity, int origin) {
    long micros = (long) ((MINUTE + second) * 1_000_000);
    var values = new Values(micros, 0, 0, quantity, 2_5000, 10_00);
    long send = (MINUTE + 200) * 1_000_000;
    int event = events.add(kind, send, values, origin < 0 ? events.size() : origin);
    events.acknowledge(event, partition, nextOffset[partition]++);
    return event;
  }

  private int clean(int partition, double second, int quantity) {
    return trade(TradeKind.CLEAN, partition, second, quantity, -1);
  }

  private int change(TradeKind kind, int partition, double second, int original) {
    long micros = (long) ((MINUTE + second) * 1_000_000);
    var values = new Values(micros, 0, 0, 1, 2_5000, 30_00);
    int event = events.add(kind, (MINUTE + 200) * 1_000_000, values, events.size(), original);
    events.acknowledge(event, partition, nextOffset[partition]++);
    return event;
  }

  @Test
  void ofATradeTheLatestStateStays() {
    int amended = clean(0, 10, 1);
    int cancelled = clean(0, 11, 1);
    int outOfOrder = clean(0, 20, 1);
    clean(1, 12, 1);
    change(TradeKind.AMENDED, 0, 13, amended);
    change(TradeKind.CANCELLED, 0, 14, cancelled);
    change(TradeKind.AMENDED, 0, 15, outOfOrder);

    ExpectedResults results = Oracle.compute(events, 2);

    assertThat(results.accepted()).isEqualTo(7);
    assertThat(results.silver().sample(10)).isEqualTo("0/2, 0/3, 0/4, 1/0");
    assertThat(results.silverPosition()).isEqualByComparingTo("80.00");
    assertThat(results.positions().get(BOOK).version()).isEqualTo(7);
  }

  private static Bucket minute(int number) {
    return new Bucket(BOOK, "USD", (MINUTE + 60L * number) * 1000);
  }

  private static Exposure exposure(String notional, long net, long trades) {
    return new Exposure(new BigDecimal(notional), net, trades);
  }

  @Test
  void sumsUpByWindowAndByBook() {
    clean(0, 10, 4);
    clean(0, 59.999, -3);
    clean(0, 60, 1);
    clean(0, 160, 1);

    ExpectedResults results = Oracle.compute(events, 1);

    assertThat(results.jdbc())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(minute(0), exposure("17.5000", 1, 2), minute(1), exposure("2.5000", 1, 1)));
    assertThat(results.positions())
        .containsExactly(
            Map.entry(BOOK, new Position(new BigDecimal("40.00"), (MINUTE + 160) * 1_000_000, 4)));
    assertThat(results.silver().size()).isEqualTo(4);
    assertThat(results.late()).isZero();
  }

  @Test
  void aWindowClosesWhenTheWatermarkReachesItsLastMillisecond() {
    clean(0, 10, 1);
    // Watermark: 65.000 - 5 - 0.001 = 59.999, the last millisecond of the first minute.
    clean(0, 65, 1);
    assertThat(Oracle.compute(events, 1).jdbc()).containsOnlyKeys(minute(0));
    assertThat(Oracle.compute(events, 1).delta()).isEmpty();

    clean(0, 94.999, 1);
    assertThat(Oracle.compute(events, 1).delta()).isEmpty();

    clean(0, 95, 1);
    assertThat(Oracle.compute(events, 1).delta()).containsOnlyKeys(minute(0));
  }

  @Test
  void anEventWithinTheLatenessCorrectsItsWindowAndALaterOneDoesNot() {
    clean(0, 10, 1);
    clean(0, 94.999, 1);
    trade(TradeKind.LATE_ALLOWED, 0, 20, 1, -1);
    clean(0, 95, 1);
    trade(TradeKind.LATE, 0, 20, 1, -1);

    ExpectedResults results = Oracle.compute(events, 1);

    assertThat(results.late()).isEqualTo(1);
    assertThat(results.silver().size()).isEqualTo(5);
    assertThat(results.jdbc().get(minute(0)).trades()).isEqualTo(2);
    assertThat(results.positions().get(BOOK).version()).isEqualTo(5);
  }

  @Test
  void everyPartitionHasItsOwnWatermarkAndTheSlowestClosesWindows() {
    clean(0, 190, 1);
    clean(1, 10, 1);
    clean(1, 20, 1);

    ExpectedResults results = Oracle.compute(events, 2);

    assertThat(results.late()).isZero();
    assertThat(results.jdbc()).isEmpty();
    assertThat(results.jdbcAfterSilence()).containsOnlyKeys(minute(0));
    assertThat(results.watermarkMillis()).isEqualTo((MINUTE + 20 - 5) * 1000 - 1);
  }

  @Test
  void aPartitionWithoutValidRecordsHoldsAllWindowsBack() {
    clean(0, 10, 1);
    clean(0, 190, 1);
    trade(TradeKind.NULL_VALUE, 1, 190, 1, -1);

    assertThat(Oracle.compute(events, 2).jdbc()).isEmpty();
  }

  @Test
  void aDuplicateCountsOnceButMovesTheWatermark() {
    int first = clean(0, 10, 1);
    trade(TradeKind.DUPLICATE, 0, 10, 1, first);
    int newest = clean(0, 95, 1);
    trade(TradeKind.DUPLICATE, 0, 95, 1, newest);

    ExpectedResults results = Oracle.compute(events, 1);

    assertThat(results.duplicates()).isEqualTo(2);
    assertThat(results.bronze().size()).isEqualTo(4);
    assertThat(results.silver().size()).isEqualTo(2);
    assertThat(results.delta()).containsOnlyKeys(minute(0));
  }

  @Test
  void rejectsAreCountedByRuleAndMoveNothing() {
    clean(0, 10, 1);
    trade(TradeKind.UNKNOWN_CURRENCY, 0, 199, 1, -1);
    trade(TradeKind.CORRUPT, 0, 199, 1, -1);
    trade(TradeKind.CORRUPT, 0, 199, 1, -1);
    trade(TradeKind.STALE, 0, -101, 1, -1);

    ExpectedResults results = Oracle.compute(events, 1);

    assertThat(results.rejected())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("known_currency", 1L, "corrupt", 2L, "freshness:event_ts", 1L));
    assertThat(results.rejectedTotal()).isEqualTo(4);
    assertThat(results.watermarkMillis()).isEqualTo((MINUTE + 10 - 5) * 1000 - 1);
  }

  @Test
  void anyRecordThatIsTooOldIsStale() {
    trade(TradeKind.CLEAN, 0, -100, 1, -1);
    trade(TradeKind.CLEAN, 0, -100.001, 1, -1);
    assertThat(Oracle.compute(events, 1).rejected())
        .containsExactly(Map.entry("freshness:event_ts", 1L));
  }

  @Test
  void unacknowledgedRecordsAreNotExpected() {
    clean(0, 10, 1);
    events.add(
        TradeKind.CLEAN, MINUTE * 1_000_000, new Values(MINUTE * 1_000_000, 0, 0, 1, 1, 1), 1);
    var accepted = new ArrayList<Integer>();

    ExpectedResults results = Oracle.compute(events, 1, accepted::add);

    assertThat(results.acked()).isEqualTo(1);
    assertThat(accepted).containsExactly(0);
  }
}
