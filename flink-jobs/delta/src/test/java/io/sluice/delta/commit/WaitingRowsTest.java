package io.sluice.delta.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

class WaitingRowsTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), new LocalZonedTimestampType(3)},
          new String[] {"id", "arrived"});
  private static final long START = 1_700_000_000_000L;

  private final TestingClock clock = new TestingClock();
  private final WaitingRows waiting =
      new Metering("silver/trades", "arrived").waiting(TYPE, new UnregisteredMetricsGroup(), clock);

  private static final class TestingClock extends Clock {
    private long millis = START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("Nobody asks for a zone");
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }
  }

  private static RowData arrivedAt(long millis) {
    return GenericRowData.of(1L, TimestampData.fromEpochMillis(millis));
  }

  @Test
  void doesNotGrowWhileNothingWaits() {
    clock.millis += 3_600_000;
    assertThat(waiting.seconds()).isZero();
    waiting.took(arrivedAt(clock.millis));
    waiting.ended();
    clock.millis += 3_600_000;
    assertThat(waiting.seconds()).isZero();
  }

  @Test
  void countsFromTheArrivalOfTheFirstRow() {
    waiting.took(arrivedAt(START - 2_000));
    waiting.took(arrivedAt(START));
    assertThat(waiting.seconds()).isEqualTo(2);
    clock.millis += 500;
    assertThat(waiting.seconds()).isEqualTo(2.5);
  }

  /** A replay after a restart brings the rows again, as old as they are. */
  @Test
  void aReplayedRowIsAsOldAsBefore() {
    waiting.took(arrivedAt(START));
    clock.millis += 60_000;
    WaitingRows restarted =
        new Metering("silver/trades", "arrived")
            .waiting(TYPE, new UnregisteredMetricsGroup(), clock);
    restarted.took(arrivedAt(START));
    assertThat(restarted.seconds()).isEqualTo(60);
  }

  @Test
  void aTimeOfTheFutureCountsAsNow() {
    waiting.took(arrivedAt(START + 10_000));
    assertThat(waiting.seconds()).isZero();
    clock.millis += 3_000;
    assertThat(waiting.seconds()).isEqualTo(3);
  }

  @Test
  void aRowWithoutATimeCountsFromNow() {
    waiting.took(GenericRowData.of(1L, null));
    clock.millis += 3_000;
    assertThat(waiting.seconds()).isEqualTo(3);
  }

  @Test
  void whatIsNotYetCommittedCountsFromTheOldest() {
    WaitingRows commits = Metering.of("t").waiting(new UnregisteredMetricsGroup(), clock);
    commits.began();
    clock.millis += 1_000;
    commits.began();
    assertThat(commits.seconds()).isEqualTo(1);
    commits.ended();
    assertThat(commits.seconds()).isZero();
  }

  @Test
  void refusesAColumnThatIsNoTimestamp() {
    assertThatThrownBy(() -> WaitingRows.arrival(TYPE, "id"))
        .hasMessage("The column of arrival 'id' is not a timestamp among [id, arrived]");
    assertThatThrownBy(() -> WaitingRows.arrival(TYPE, "came")).hasMessageContaining("'came'");
  }
}
