package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlinkClusterTest {

  @Test
  void tellsSinceWhenAJobFailsWhateverTheReasons() throws IOException {
    JsonNode newestFirst =
        new ObjectMapper()
            .readTree(
                """
                [{"timestamp": 300000, "stacktrace": "java.lang.IllegalStateException: why"},
                 {"timestamp": 290000, "stacktrace": "java.io.IOException: another reason"},
                 {"timestamp": 250000, "stacktrace": "java.lang.IllegalStateException: why"},
                 {"timestamp": 100000, "stacktrace": "java.io.IOException: long ago"}]
                """);
    assertThat(FlinkCluster.lastOf(newestFirst))
        .contains(
            new Cluster.Failure(
                "why", Instant.ofEpochMilli(250_000), Instant.ofEpochMilli(300_000)));
    assertThat(FlinkCluster.lastOf(new ObjectMapper().createArrayNode()))
        .isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "Heartbeat of TaskManager with id 127.0.0.1:1 timed out., true",
    "TaskManager with id 127.0.0.1:1-2 is no longer reachable., true",
    "Connection unexpectedly closed by remote task manager 'localhost'., true",
    "Could not acquire the minimum required resources., true",
    "The view v has no column slot, false",
    "Table t cannot be read: disk full, false",
  })
  void tellsALostProcessFromAFaultOfTheJob(String reason, boolean lost) {
    assertThat(new Cluster.Failure(reason, Instant.EPOCH, Instant.EPOCH).lostProcess())
        .isEqualTo(lost);
  }
}
