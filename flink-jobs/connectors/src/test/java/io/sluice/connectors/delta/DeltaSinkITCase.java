package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DeltaSinkITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  @BeforeEach
  void noFailure() {
    SinkJob.FAIL_AFTER.set(0);
  }

  @Test
  void aFailureInTheMiddleLeavesEveryRowOnce() throws Exception {
    SinkJob job = new SinkJob(directory);
    SinkJob.FAIL_AFTER.set(4);

    job.graph().execute();

    assertThat(SinkJob.FAIL_AFTER).hasValue(0);
    assertThat(job.ids()).isEqualTo(numbers(job.rows));
    assertThat(DeltaTables.history(job.table, 100))
        .filteredOn(version -> version.version() > 0)
        .allSatisfy(version -> assertThat(version.filesAdded()).isPositive())
        .hasSizeGreaterThan(4);
  }

  static List<Long> numbers(long count) {
    return LongStream.range(0, count).boxed().toList();
  }
}
