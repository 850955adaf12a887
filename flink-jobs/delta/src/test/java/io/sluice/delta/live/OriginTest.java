package io.sluice.delta.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {

  @Test
  void itsTextIsRead() {
    Origin origin = new Origin("a/b", 12);

    assertThat(origin).hasToString("a/b/12");
    assertThat(Origin.parse("a/b/12")).isEqualTo(origin);
  }

  /** Any writer may put any tag to a file. */
  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", "/", "a", "a/", "/1", "a/x", "a/-1", "a/1.5", "a/9223372036854775808"})
  void whatNoSinkWroteIsNone(String tag) {
    assertThat(Origin.parse(tag)).isNull();
    assertThat(new Lineage(Map.of("a", 5L), Lineage.NOTHING_LEARNED).includes(tag)).isFalse();
  }
}
