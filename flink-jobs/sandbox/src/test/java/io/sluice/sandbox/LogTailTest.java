package io.sluice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
