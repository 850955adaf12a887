package io.sluice.delta.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.sink.EvolvingFiles;
import io.sluice.delta.testing.CountedStorage;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a commit asks of the storage: on an object store each is a trip over the network. */
class CommitRequestsTest {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

  @TempDir Path directory;

  /** The status is known from the write before it; the checksum is written aside. */
  @Test
  void anAppendAsksForFiveThingsHoweverLargeTheTable() throws Exception {
    Path path = directory.resolve("t");
    CountedStorage counted = new CountedStorage(TestingStorage.of(path));
    TestingTable table = new TestingTable(path, TYPE);
    TableHead head = new TableHead(counted.storage(), table.layout, () -> {}).createIfAbsent();
    DeltaCommitter committer =
        TestingTable.committer(
            TestingStorage.address(path), new AppendTable(head, LiveFiles.of(head)));
    SinkWriterMetricGroup metrics = UnregisteredMetricsGroup.createSinkWriterMetricGroup();
    EvolvingFiles files =
        new EvolvingFiles(counted.storage(), table.layout, head.snapshot().getSchema(), 0, metrics);
    try (DeltaWriter writer =
        new DeltaWriter(
            files,
            Optional.empty(),
            Metering.of("t").waiting(table.layout.rowType(), metrics, Clock.systemUTC()),
            metrics,
            metrics)) {
      for (int version = 1; version <= 99; version++) {
        counted.asked();
        writer.write(GenericRowData.of((long) version), null);
        DeltaWriteResult result = writer.prepareCommit().iterator().next();
        int previous = version == 1 ? -1 : version - 1;
        committer.commit(
            List.of(
                new TestingCommitRequest(table.committable("only", version, previous, result), 0)));
        if (version > 1 && version % 10 > 1) {
          assertAppend(counted.asked(), version);
        }
      }
    }
    assertThat(table.rows()).hasSize(99);
  }

  private static void assertAppend(List<String> asked, long version) {
    assertThat(asked)
        .satisfiesExactly(
            data -> assertThat(data).startsWith("create part-"),
            before -> assertThat(before).startsWith("isUnchanged").contains(entry(version - 1)),
            entry -> assertThat(entry).isEqualTo("write " + entry(version)),
            status -> assertThat(status).isEqualTo("status " + entry(version)),
            checksum -> assertThat(checksum).startsWith("write").endsWith(".crc"));
  }

  private static String entry(long version) {
    return "_delta_log/%020d.json".formatted(version);
  }
}
