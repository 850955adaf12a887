package io.sluice.definition.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NameListTest {
  private static List<String> names(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "n" + i).toList();
  }

  @Test
  void showsTheFirstNames() {
    assertThat(NameList.of(names(2))).isEqualTo("n1, n2");
    assertThat(NameList.of(names(41))).endsWith(", n40, n41");
    assertThat(NameList.of(names(42))).endsWith(", n39, n40 and 2 more");
    assertThat(NameList.of(names(2_040))).endsWith(", n40 and 2,000 more");
    assertThat(NameList.orNone(List.of())).isEqualTo("none");
  }
}
