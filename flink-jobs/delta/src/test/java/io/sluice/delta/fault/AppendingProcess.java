package io.sluice.delta.fault;

import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingCommittables;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A process of its own that commits many versions, racing others. Commits name files that nobody
 * reads.
 */
final class AppendingProcess {

  static final RowType TYPE = RowType.of(new LogicalType[] {new IntType()}, new String[] {"id"});

  private AppendingProcess() {}

  /**
   * @param args the table's path, the incarnation, the number of commits
   */
  public static void main(String[] args) throws Exception {
    TestingTable table = new TestingTable(Path.of(args[0]), TYPE);
    DeltaCommitter committer = table.committer();
    int commits = Integer.parseInt(args[2]);
    for (int checkpoint = 1; checkpoint <= commits; checkpoint++) {
      long previous = checkpoint == 1 ? DeltaCommittable.NO_PREVIOUS : checkpoint - 1;
      DeltaFile file =
          new DeltaFile(
              args[1] + "-" + checkpoint + ".parquet", Map.of(), 1, 1, "{\"numRecords\":1}");
      DeltaCommittable committable =
          TestingCommittables.append(
              "racer",
              TestingStorage.address(table.path),
              args[1],
              checkpoint,
              previous,
              List.of(file),
              Map.of());
      committer.commit(List.of(new TestingCommitRequest(committable, 0)));
    }
  }
}
