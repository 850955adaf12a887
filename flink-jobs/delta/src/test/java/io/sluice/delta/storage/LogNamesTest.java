package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogNamesTest {

  /** Versions with an ending, such as 3.json. */
  private static boolean torn(String... names) {
    return LogNames.areTorn(sorted(names));
  }

  private static List<String> sorted(String... names) {
    return Arrays.stream(names)
        .map(
            name ->
                "_delta_log/%020d".formatted(Long.parseLong(name.substring(0, name.indexOf('.'))))
                    + name.substring(name.indexOf('.')))
        .sorted()
        .toList();
  }

  @Test
  void aPrefixIsAVersionAndADot() {
    assertThat(LogNames.isVersionPrefix("00000000000000000012.")).isTrue();
    assertThat(LogNames.version("00000000000000000012.")).isEqualTo(12);
    assertThat(LogNames.isVersionPrefix("0")).isFalse();
    assertThat(LogNames.isVersionPrefix("0000000000000000001x.")).isFalse();
    assertThat(LogNames.isVersionPrefix("00000000000000000012.json")).isFalse();
  }

  @Test
  void aWholeLogIsNotTorn() {
    assertThat(torn()).isFalse();
    assertThat(torn("0.json", "1.json", "1.crc", "2.json")).isFalse();
    assertThat(torn("10.checkpoint.parquet", "10.crc", "10.json", "11.json")).isFalse();
    assertThat(torn("10.checkpoint.parquet")).as("cleaned up").isFalse();
  }

  @Test
  void whatFollowsAVersionShowsThatItIsMissed() {
    assertThat(torn("1.json", "2.crc")).isTrue();
    assertThat(torn("9.json", "10.checkpoint.parquet")).isTrue();
    assertThat(torn("1.json", "3.json")).isTrue();
  }
}
