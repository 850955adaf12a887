package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.commit.AppendTable;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.commit.Retractions;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.sink.EvolvingFiles;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingTable;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.fault.FaultyS3;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many requests a commit to a bucket is, on a server that is 20 ms away. */
class CommitOnS3ITCase {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

  @TempDir Path directory;

  /**
   * The data file, a look for a pause, a look for the version before, the entry: nothing is listed,
   * so that the table's size is of no matter. The checksum follows when nobody waits any more.
   */
  @Test
  void anAppendWaitsForFourRequestsAndListsNothing() throws Exception {
    S3Server server = S3Server.shared();
    try (FaultyS3 proxy = FaultyS3.before(server.endpoint()).delay(Duration.ofMillis(20));
        S3Fixture store = new S3Fixture(S3Fixture.settings(server, proxy.endpoint()))) {
      S3Storage bucket = store.table(directory.getFileName().toString(), "t");
      TestingTable table = new TestingTable(directory.resolve("t"), TYPE);
      TableHead head = new TableHead(bucket, table.layout, () -> {}).createIfAbsent();
      SinkWriterMetricGroup metrics = UnregisteredMetricsGroup.createSinkWriterMetricGroup();
      EvolvingFiles files =
          new EvolvingFiles(bucket, table.layout, head.snapshot().getSchema(), 0, metrics);
      try (DeltaCommitter committer =
              TestingTable.committer(bucket.table(), new AppendTable(head, LiveFiles.of(head)));
          DeltaWriter writer =
              new DeltaWriter(
                  files,
                  Optional.empty(),
                  Metering.of("t").waiting(table.layout.rowType(), metrics, Clock.systemUTC()),
                  metrics,
                  metrics)) {
        for (int version = 1; version <= 25; version++) {
          proxy.resetCounts();
          writer.write(GenericRowData.of((long) version), null);
          DeltaWriteResult result = writer.prepareCommit().iterator().next();
          assertThat(CommitPause.until(bucket, Instant.now())).isEmpty();
          committer.commit(
              List.of(new TestingCommitRequest(committable(bucket.table(), version, result), 0)));
          head.close();
          if (version > 1 && version % 10 > 1) {
            assertThat(proxy.counts())
                .containsExactlyInAnyOrderEntriesOf(
                    Map.of(
                        "PUT data file", 1L,
                        "GET other", 1L,
                        "HEAD log entry", 1L,
                        "PUT log entry", 1L,
                        "PUT other of the log", 1L));
          }
        }
      }
    }
  }

  private static DeltaCommittable committable(String table, int version, DeltaWriteResult result) {
    return new DeltaCommittable(
        TestingTable.SINK,
        table,
        "only",
        version,
        version == 1 ? DeltaCommittable.NO_PREVIOUS : version - 1,
        result.files(),
        result.positions(),
        Retractions.NONE,
        Lineage.OF_AN_APPEND,
        result.newColumns());
  }
}
