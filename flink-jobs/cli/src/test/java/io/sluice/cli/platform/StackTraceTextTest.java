package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StackTraceTextTest {

  @Test
  void findsTheInnermostCause() {
    assertThat(
            StackTraceText.cause(
                """
                Internal server error.
                <Exception on server side:
                org.apache.flink.util.FlinkException: Could not run
                \tat org.apache.flink.A.b(A.java:1)
                Caused by: java.lang.IllegalStateException: The topic is gone.
                Make it again.
                \tat io.sluice.C.d(C.java:2)
                \t... 3 more
                End of exception on server side>
                """))
        .isEqualTo("The topic is gone.\nMake it again.");
  }

  @Test
  void keepsAPlainMessage() {
    assertThat(StackTraceText.cause("Job 1 not found")).isEqualTo("Job 1 not found");
    assertThat(StackTraceText.cause("java.lang.NullPointerException\n\tat a.B.c(B.java:1)\n"))
        .isEqualTo("java.lang.NullPointerException");
    assertThat(StackTraceText.cause("")).isEqualTo("no reason given");
  }
}
