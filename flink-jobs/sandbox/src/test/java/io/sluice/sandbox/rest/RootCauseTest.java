package io.sluice.sandbox.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RootCauseTest {

  @Test
  void isTheLastCause() {
    assertThat(
            RootCause.of(
                """
                org.apache.flink.FlinkException: outer
                \tat a.B.c(D.java:1)
                Caused by: java.lang.RuntimeException: middle
                \tat a.B.c(D.java:1)
                Caused by: java.io.IOException: disk: full
                \t... 3 more
                """))
        .isEqualTo("IOException: disk: full");
  }

  @Test
  void isTheFirstLineWithoutCauses() {
    assertThat(RootCause.of("Not found.\n\tat a.B.c(D.java:1)\n")).isEqualTo("Not found.");
    assertThat(RootCause.of("")).isEmpty();
  }
}
