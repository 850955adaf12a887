package io.sluice.definition.edit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InfixTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sum(*(amount, 2)) as decimal(38, 2) | sum(amount * 2) as decimal(38, 2)",
        "sum(*(*(amount, 2), 2)) as long | sum((amount * 2) * 2) as long",
        "max(-(a, if(<=(b, -1), +(c, 1), 0))) as int | max(a - if(b <= -1, c + 1, 0)) as int",
        "sum(if(and(=(a, 'it''s), *('), or(b, c)), abs(-(a, b)), 0)) |"
            + " sum(if((a = 'it''s), *(') and (b or c), abs(a - b), 0))",
        "shop (string), day = date(ts) (date or null) | shop (string), day = date(ts) (date or null)",
        "count() as long | count() as long",
        "1m | 1m",
      })
  void writesOperatorsBetweenTheirArguments(String canonical, String written) {
    assertThat(Infix.of(canonical)).isEqualTo(written);
  }
}
