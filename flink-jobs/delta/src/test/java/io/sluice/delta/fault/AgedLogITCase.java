package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.testing.AgedLog;
import io.sluice.delta.testing.RecoveredSink;
import io.sluice.delta.testing.TestingLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a commit and a poll read of the log does not depend on how long the log is. */
class AgedLogITCase {

  private static final int VERSIONS = 10_000;
  private static final int COMMITS = 40;

  @TempDir Path directory;

  @Test
  void commitsAndPollsOfAnOldTableListNothing() throws Exception {
    String young = AgedLogRun.of(directory, COMMITS);
    AgedLog.age(RecoveredSink.table(directory), VERSIONS);
    String old = AgedLogRun.of(directory, COMMITS);

    assertThat(Files.exists(TestingLog.entry(RecoveredSink.table(directory), VERSIONS + 100)))
        .isTrue();
    for (String what : new String[] {"commit", "poll"}) {
      assertThat(number(old, what, "listed")).as("names, %s: %s", what, old).isZero();
      assertThat(number(young, what, "listed")).as("names, %s: %s", what, young).isZero();
      assertThat(number(old, what, "lookedAt"))
          .as("files looked at, %s: %s and %s", what, old, young)
          .isBetween(1L, number(young, what, "lookedAt") + 3);
    }
    // One of them is the folder of the log, which may be a link.
    assertThat(number(old, "poll", "lookedAt")).isLessThanOrEqualTo(4);
  }

  private static long number(String output, String what, String count) {
    Matcher found = Pattern.compile(what + ":.*" + count + "=(\\d+)").matcher(output);
    assertThat(found.find()).as(output).isTrue();
    return Long.parseLong(found.group(1));
  }
}
