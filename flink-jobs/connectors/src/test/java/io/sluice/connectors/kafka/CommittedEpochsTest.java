package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommittedEpochsTest {
  @Test
  void knowsTheTransactionsOfEachWriterAndNoneInBetween() {
    CommittedEpochs first = CommittedEpochs.NONE.begin(7, (short) 2).extend(7, (short) 4);
    CommittedEpochs second = first.begin(7, (short) 8).extend(9, (short) 0);
    assertThat(second.contains(7, (short) 2)).isTrue();
    assertThat(second.contains(7, (short) 3)).isTrue();
    assertThat(second.contains(7, (short) 5)).isFalse();
    assertThat(second.contains(7, (short) 8)).isTrue();
    assertThat(second.contains(9, (short) 0)).isTrue();
    assertThat(second.contains(9, (short) 1)).isFalse();
    assertThat(CommittedEpochs.parse(second.text())).isEqualTo(second);
    assertThat(CommittedEpochs.parse("")).isEqualTo(CommittedEpochs.NONE);
  }

  @Test
  void joinsMarksOfSeveralTopicsAndStaysSmall() {
    CommittedEpochs one = CommittedEpochs.NONE.begin(1, (short) 1);
    assertThat(one.union(one.begin(2, (short) 1)).ranges()).hasSize(2);
    CommittedEpochs many = CommittedEpochs.NONE;
    for (int i = 0; i < 100; i++) {
      many = many.begin(Long.MAX_VALUE - i, Short.MAX_VALUE);
    }
    assertThat(many.contains(Long.MAX_VALUE - 99, Short.MAX_VALUE)).isTrue();
    assertThat(many.text().length()).isLessThan(4096);
  }

  @Test
  void refusesForeignText() {
    assertThatThrownBy(() -> CommittedEpochs.parse("hello"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hello");
  }
}
