package io.sluice.cli.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path folder;

  @Test
  void showsTheLastLinesAndGoesOnBehindThem() throws IOException {
    Path path = Files.writeString(folder.resolve("kafka.log"), "one\ntwo\nthree\nhal");
    LogFile log = new LogFile("kafka", path, List.of());
    assertThat(log.last(2)).containsExactly("two", "three");
    assertThat(log.next()).isEmpty();
    Files.writeString(path, "f ä\nfour\n", StandardOpenOption.APPEND);
    assertThat(log.next()).containsExactly("half ä", "four");
    Files.writeString(path, "anew\n");
    assertThat(log.next()).containsExactly("anew");
  }

  @Test
  void showsWholeEntriesOfAPipelineOnly() throws IOException {
    Path path =
        Files.writeString(
            folder.resolve("taskmanager.log"),
            """
            2026-01-01 00:00:00.000 WARN  a.B [job1] - It broke
            java.lang.IllegalStateException: why
            \tat a.B.c(B.java:1)
            2026-01-01 00:00:01.000 WARN  a.B [job2] - Another one broke
            java.lang.IllegalStateException: other
            2026-01-01 00:00:02.000 INFO  a.B - city is fine
            """);
    assertThat(new LogFile("taskmanager", path, List.of("job1", "city")).last(10))
        .containsExactly(
            "2026-01-01 00:00:00.000 WARN  a.B [job1] - It broke",
            "java.lang.IllegalStateException: why",
            "\tat a.B.c(B.java:1)",
            "2026-01-01 00:00:02.000 INFO  a.B - city is fine");
  }
}
