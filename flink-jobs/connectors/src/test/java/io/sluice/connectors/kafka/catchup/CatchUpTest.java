package io.sluice.connectors.kafka.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CatchUpTest {
  private static final long SECOND = 1_000_000_000L;

  private long nanos = Long.MAX_VALUE - SECOND;
  private long pending;
  private long read;
  private final CatchUp catchUp = new CatchUp(() -> nanos, () -> pending);

  @Test
  void aLargeBacklogAtTheStartIsOneAfterASecond() {
    pending = CatchUp.LEAST_RECORDS;
    assertThat(catchUp.look(0)).as("before there is a pace").isFalse();
    assertThat(second(1)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.BEHIND);
  }

  @Test
  void aBacklogOfSecondsIsNone() {
    pace(100_000);
    pending = 900_000;
    assertThat(second(100_000)).isFalse();
    pending = 1_100_000;
    assertThat(second(100_000)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.BEHIND);
  }

  @Test
  void aBacklogEndsWhenItIsTheWorkOfASecond() {
    pace(100_000);
    pending = 2_000_000;
    assertThat(second(100_000)).isTrue();
    pending = 110_000;
    assertThat(second(100_000)).isFalse();
    pending = 90_000;
    assertThat(second(100_000)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.LIVE);
  }

  @Test
  void aSlowReaderIsNotBehindForAFewRecordsAndNotForEver() {
    pace(10);
    pending = CatchUp.LEAST_RECORDS - 1;
    assertThat(second(10)).isFalse();
    pending = CatchUp.LEAST_RECORDS;
    assertThat(second(10)).isTrue();
    pending = CatchUp.LEAST_RECORDS / 10 - 1;
    assertThat(second(10)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.LIVE);
  }

  @Test
  void aReaderThatStandsStillFallsBehind() {
    pace(100_000);
    pending = 500_000;
    for (int pause = 0; pause < 3; pause++) {
      assertThat(second(0)).as("a pause of seconds").isFalse();
    }
    assertThat(second(0)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.BEHIND);
  }

  @Test
  void looksFiveTimesASecond() {
    pace(1);
    pending = CatchUp.LEAST_RECORDS;
    nanos += SECOND / 5 - 1;
    assertThat(catchUp.look(read)).isFalse();
    nanos += 1;
    assertThat(catchUp.look(read)).isTrue();
  }

  @Test
  void isQuietAfterAMinuteWithoutRecords() {
    pace(10);
    for (int i = 1; i < 60; i++) {
      assertThat(second(0)).as("after %d s", i).isFalse();
    }
    assertThat(second(0)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.QUIET);
  }

  @Test
  void aRecordEndsTheQuietAtOnce() {
    quiet();
    nanos += 1;
    assertThat(catchUp.look(++read)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.LIVE);
    for (int i = 1; i < 60; i++) {
      assertThat(second(0)).isFalse();
    }
    assertThat(second(0)).isTrue();
  }

  @Test
  void aReaderThatIsHeldUpIsNotQuiet() {
    pace(10);
    pending = 1;
    for (int i = 0; i < 100; i++) {
      assertThat(second(0)).isFalse();
    }
    assertThat(catchUp.pace()).isEqualTo(Pace.LIVE);
  }

  @Test
  void aBacklogThatComesInAQuietTimeIsOne() {
    quiet();
    pending = CatchUp.LEAST_RECORDS;
    assertThat(second(1)).isTrue();
    assertThat(catchUp.pace()).isEqualTo(Pace.BEHIND);
  }

  private void quiet() {
    for (int i = 0; i < 60; i++) {
      second(0);
    }
    assertThat(catchUp.pace()).isEqualTo(Pace.QUIET);
  }

  private void pace(long records) {
    for (int i = 0; i < 3; i++) {
      second(records);
    }
  }

  private boolean second(long records) {
    nanos += SECOND;
    read += records;
    return catchUp.look(read);
  }
}
