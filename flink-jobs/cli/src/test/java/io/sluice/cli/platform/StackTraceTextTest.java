package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StackTraceTextTest {

  @Test
  void findsTheCauseBehindFlinksWrappers() {
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
  void saysWhatFailedAndWhy() {
    assertThat(
            StackTraceText.cause(
                """
                org.apache.flink.runtime.JobException: Recovery is suppressed
                \tat a.B.c(B.java:1)
                Caused by: java.util.concurrent.ExecutionException: java.io.IOException: No answer for 60 s
                \tat a.B.c(B.java:1)
                Caused by: java.io.IOException: PostgreSQL does not answer for 60 s
                \tat a.B.c(B.java:1)
                \tSuppressed: java.lang.IllegalStateException: closed
                \t\tat a.B.c(B.java:1)
                \tCaused by: java.io.EOFException: a suppressed one
                \t\tat a.B.c(B.java:1)
                Caused by: java.net.ConnectException: Connection refused
                \t... 3 more
                """))
        .isEqualTo("PostgreSQL does not answer for 60 s: Connection refused");
  }

  @Test
  void passesOverWhatSaysWhereOnly() {
    assertThat(
            StackTraceText.cause(
                """
                org.apache.flink.runtime.taskmanager.AsynchronousException: Caught exception while processing timer.
                \tat a.B.c(B.java:1)
                Caused by: TimerException{org.apache.flink.streaming.runtime.tasks.ExceptionInChainedOperatorException: Could not forward element to next operator}
                \t... 14 more
                Caused by: java.io.IOException: Failed to deserialize consumer record due to: x
                \tat a.B.c(B.java:1)
                Caused by: java.lang.IllegalStateException: The table of view v lacks column c.
                \tat a.B.c(B.java:1)
                """))
        .isEqualTo("The table of view v lacks column c.");
    assertThat(
            StackTraceText.cause(
                """
                java.lang.Exception: Could not perform checkpoint 35 for operator source-a -> b (1/1)#0.
                \tat a.B.c(B.java:1)
                Caused by: org.apache.flink.runtime.checkpoint.CheckpointException: Could not complete snapshot 35 for operator b
                \tat a.B.c(B.java:1)
                Caused by: java.lang.IllegalStateException: The topic a was deleted.
                \tat a.B.c(B.java:1)
                """))
        .isEqualTo("The topic a was deleted.");
  }

  @Test
  void keepsTheClassThatIsTheReason() {
    assertThat(
            StackTraceText.cause(
                """
                java.io.IOException: GET /schemas/ids/7: the registry at http://a gave no usable answer for 30 s, last: java.net.ConnectException: Connection refused
                \tat a.B.c(B.java:1)
                Caused by: java.net.ConnectException: Connection refused
                \tat a.B.c(B.java:1)
                """))
        .isEqualTo(
            "GET /schemas/ids/7: the registry at http://a gave no usable answer for 30 s, last: ConnectException: Connection refused");
    assertThat(
            StackTraceText.cause(
                """
                java.io.IOException: Table t cannot be read: java.nio.file.NoSuchFileException: /x
                \tat a.B.c(B.java:1)
                Caused by: java.nio.file.NoSuchFileException: /x
                \tat a.B.c(B.java:1)
                """))
        .isEqualTo("Table t cannot be read: NoSuchFileException: /x");
  }

  @Test
  void doesNotSayAThingTwice() {
    assertThat(
            StackTraceText.cause(
                """
                java.lang.RuntimeException: java.io.IOException: disk full
                \tat a.B.c(B.java:1)
                Caused by: java.io.IOException: disk full
                \tat a.B.c(B.java:1)
                """))
        .isEqualTo("disk full");
    assertThat(
            StackTraceText.cause(
                """
                java.io.IOException: writing to Redis failed: io.a.RedisException: Redis at a:1: ERR full
                \tat a.B.c(B.java:1)
                Caused by: io.a.RedisException: Redis at a:1: ERR full
                \tat a.B.c(B.java:1)
                Caused by: io.a.RedisCommandException: ERR full
                \tat a.B.c(B.java:1)
                """))
        .isEqualTo("writing to Redis failed: Redis at a:1: ERR full");
    assertThat(
            StackTraceText.cause(
                """
                java.io.IOException: Table t cannot be read: disk full
                \tat a.B.c(B.java:1)
                Caused by: java.io.IOException: disk full
                \tat a.B.c(B.java:1)
                """))
        .isEqualTo("Table t cannot be read: disk full");
  }

  @Test
  void keepsAPlainMessage() {
    assertThat(StackTraceText.cause("Job 1 not found")).isEqualTo("Job 1 not found");
    assertThat(StackTraceText.cause("java.lang.NullPointerException\n\tat a.B.c(B.java:1)\n"))
        .isEqualTo("java.lang.NullPointerException");
    assertThat(
            StackTraceText.cause(
                "org.apache.flink.runtime.X: Heartbeat timed out.\n\tat a.B.c(B.java:1)\n"))
        .isEqualTo("Heartbeat timed out.");
    assertThat(StackTraceText.cause("")).isEqualTo("no reason given");
  }
}
