package io.sluice.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {

  @TempDir Path folder;

  @Test
  void tellsTheLastLinesOfThisStart() throws Exception {
    String former = "from a former start\n";
    Path log = folder.resolve("x.log");
    Files.writeString(log, former + "started\nBad thing\n\tat a.B.c(D.java:1)\nEnd\n");
    assertThat(LogTail.of(log, former.length())).isEqualTo("started | Bad thing | End");
    assertThat(LogTail.of(log, Files.size(log))).isEqualTo("it wrote no log");
    assertThat(LogTail.of(folder.resolve("none"), 0)).contains("cannot be read");
  }

  @Test
  void findsTheLastErrorAmongOtherLines() throws Exception {
    Path log = folder.resolve("x.log");
    String error = "Terminating due to java.lang.OutOfMemoryError: Java heap space";
    Files.writeString(
        log,
        "2026-01-01 ERROR a.B - first\n"
            + error
            + "\n\tat x.SomeException.y(Z.java:1)\n2026-01-01 INFO a.B - error=\"x.YException\"\n");
    assertThat(LogTail.lastError(log, 0)).isEqualTo(error);
    assertThat(LogTail.lastError(log, Files.size(log))).isEmpty();
  }

  @Test
  void tellsTheInnermostCauseOfTheLastError() throws Exception {
    Path log = folder.resolve("x.log");
    Files.writeString(
        log,
        """
        2026-01-01 ERROR a.B - Not this one.
        x.YException: outer
        Caused by: x.YException: an earlier cause
        2026-01-01 ERROR a.B - Fatal error occurred in the cluster entrypoint.
        x.CompletionException: x.FlinkException: Could not recover
        \tat a.B.c(D.java:1)
        Caused by: x.FlinkException: Could not recover
        Caused by: java.io.IOException: The entry e cannot be read: EOF. Restore it.
        \tat a.B.c(D.java:1)
        Caused by: java.io.EOFException
        2026-01-01 WARN  a.B - Not this one either.
        x.YException: retried
        Caused by: x.YException: a retry
        2026-01-01 INFO  a.B - Shutting down
        """);
    String sentence = "The entry e cannot be read: EOF. Restore it.";
    assertThat(LogTail.of(log, 0)).isEqualTo(sentence);
    assertThat(LogTail.lastError(log, 0)).isEqualTo(sentence);

    // The JVM's own last word comes without a level and without a trace.
    String last = "Terminating due to java.lang.OutOfMemoryError: Java heap space";
    Files.writeString(log, last + "\n", StandardOpenOption.APPEND);
    assertThat(LogTail.lastError(log, 0)).isEqualTo(last);
    assertThat(LogTail.of(log, 0)).endsWith(last);
  }
}
