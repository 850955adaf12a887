package io.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {

  @ParameterizedTest
  @CsvSource({
    "2026-01-31, 2026-01-31T00:00:00Z",
    "2026-01-31T10:00, 2026-01-31T10:00:00Z",
    "2026-01-31 10:00:01.5, 2026-01-31T10:00:01.5Z",
    "2026-01-31T10:00Z, 2026-01-31T10:00:00Z",
    "2026-01-31T10:00+02:00, 2026-01-31T08:00:00Z",
    "2026-01-31 10:00:00+0200, 2026-01-31T08:00:00Z",
    "2026-01-31T10:00-02, 2026-01-31T12:00:00Z",
  })
  void readsMoments(String text, Instant moment) {
    assertThat(TimeText.parse(text)).hasValue(moment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-30",
        "2026-02-30T10:00:00Z",
        "2026-01-31T24:00",
        "2026-01-31T23:59:60Z",
        "2026-01-31T10:00:00+19:00",
        "2026-01-31T10:00:00ZZ",
        "2026-01-31T 10:00",
        "2026-01-3110:00",
        "0000-01-01",
        "-001-01-01",
        "yesterday"
      })
  void refusesWhatDoesNotExist(String text) {
    assertThat(TimeText.parse(text)).isEmpty();
  }
}
