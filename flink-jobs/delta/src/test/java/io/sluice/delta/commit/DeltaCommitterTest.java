package io.sluice.delta.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingCommitTable;
import io.sluice.delta.testing.TestingCommittables;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The committer's decision table, row by row. */
@Tag("storage")
class DeltaCommitterTest {

  private static final String PATH = "/lake/silver/trades";
  private static final String APP = "trades/a";

  private final TestingCommitTable table = new TestingCommitTable();
  private final DeltaCommitter committer = TestingTable.committer(PATH, table);

  private static DeltaCommittable committable(long checkpoint, long previous) {
    return committable(checkpoint, previous, Map.of());
  }

  private static DeltaCommittable committable(
      long checkpoint, long previous, Map<String, PositionRange> positions) {
    return TestingCommittables.append(
        "trades",
        PATH,
        "a",
        checkpoint,
        previous,
        List.of(new DeltaFile("f" + checkpoint, Map.of(), 1, 1, "{}")),
        positions);
  }

  private TestingCommitRequest commit(DeltaCommittable committable) throws IOException {
    return commit(committable, 0);
  }

  private TestingCommitRequest commit(DeltaCommittable committable, int retries)
      throws IOException {
    TestingCommitRequest request = new TestingCommitRequest(committable, retries);
    committer.commit(List.of(request));
    return request;
  }

  @Test
  void theFirstOfAnIncarnationIsPublished() throws IOException {
    TestingCommitRequest request = commit(committable(5, -1));

    assertThat(table.committed).hasSize(1);
    assertThat(request.alreadyCommitted || request.retry || request.failed).isFalse();
  }

  @Test
  void whatFollowsItsPredecessorIsPublished() throws IOException {
    table.elsewhere(APP, 5);

    commit(committable(9, 5));

    assertThat(table.committed).hasSize(1);
  }

  @Test
  void aCheckpointThatTheTableHoldsIsSkipped() throws IOException {
    table.elsewhere(APP, 5);

    TestingCommitRequest request = commit(committable(5, 4));

    assertThat(request.alreadyCommitted).isTrue();
    assertThat(table.committed).isEmpty();
  }

  @Test
  void aCheckpointBehindWhatTheTableHoldsIsSkipped() throws IOException {
    table.elsewhere(APP, 7);

    assertThat(commit(committable(5, 4)).alreadyCommitted).isTrue();
  }

  @Test
  void aCheckpointWhosePositionsTheTableHoldsIsSkipped() throws IOException {
    table.elsewhere(APP, 7);
    table.elsewhere("position:t/0", 130);

    DeltaCommittable held = committable(5, 4, Map.of("t/0", new PositionRange(50, 120)));

    assertThat(commit(held).alreadyCommitted).isTrue();
  }

  @Test
  void aCheckpointOfAnotherRunThatHasTheSameNumberFailsTheJob() {
    table.elsewhere(APP, 5);
    table.elsewhere("position:t/0", 130);
    table.elsewhere("position:t/1", 100);

    DeltaCommittable other =
        committable(
            5, 4, Map.of("t/0", new PositionRange(50, 120), "t/1", new PositionRange(50, 101)));

    assertThatThrownBy(() -> commit(other))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(PATH, "checkpoint 5", "t/1", "another run", "without state");
    assertThat(table.committed).isEmpty();
  }

  @Test
  void aMissingPredecessorIsAwaited() throws IOException {
    TestingCommitRequest request = commit(committable(6, 5));

    assertThat(request.retry).isTrue();
    assertThat(table.committed).isEmpty();
  }

  @Test
  void laterCheckpointsDoNotOvertakeOneThatWaits() throws IOException {
    TestingCommitRequest later = new TestingCommitRequest(committable(7, 6), 0);

    committer.commit(List.of(later, new TestingCommitRequest(committable(6, 5), 0)));

    assertThat(later.retry).isTrue();
    assertThat(table.committed).isEmpty();
  }

  @Test
  void aPredecessorThatStaysAwayFailsTheJob() {
    assertThatThrownBy(() -> commit(committable(6, 5), DeltaCommitter.MAX_PREDECESSOR_RETRIES))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(PATH, "checkpoint 6", "checkpoint 5", "-1", "without state");
  }

  @Test
  void aConflictIsDecidedAnewOnAFreshState() throws IOException {
    table.outcomes.add(TestingCommitTable.Outcome.CONFLICT);
    table.outcomes.add(TestingCommitTable.Outcome.CONFLICT);

    commit(committable(5, -1));

    assertThat(table.committed).hasSize(1);
    assertThat(table.refreshes).isEqualTo(2);
  }

  @Test
  void anotherAttemptThatWonTheConflictWithTheSameCheckpointIsRecognised() throws IOException {
    commit(committable(4, -1));
    // The cached state still says 4; a zombie commits 5 behind our back.
    table.elsewhere(APP, 5);

    assertThat(commit(committable(5, 4)).alreadyCommitted).isTrue();
    assertThat(table.committed).hasSize(1);
  }

  @Test
  void conflictsWithoutEndFailTheJob() {
    for (int i = 0; i < LoadedTable.MAX_CONFLICTS; i++) {
      table.outcomes.add(TestingCommitTable.Outcome.CONFLICT);
    }

    assertThatThrownBy(() -> commit(committable(5, -1)))
        .hasMessageContainingAll(PATH, "other writers", "Stop or slow");
  }

  @Test
  void aFailedWriteFailsTheJobAndIsRepeatedAfterTheRestart() throws IOException {
    table.outcomes.add(TestingCommitTable.Outcome.LOST);
    assertThatThrownBy(() -> commit(committable(5, -1))).hasMessageContaining("disk full");

    commit(committable(5, -1));

    assertThat(table.committed).hasSize(1);
  }

  @Test
  void aLostReplyIsNoSecondVersion() throws IOException {
    table.outcomes.add(TestingCommitTable.Outcome.REPLY_LOST);
    assertThatThrownBy(() -> commit(committable(5, -1))).hasMessageContaining("reply lost");

    DeltaCommitter restarted = TestingTable.committer(PATH, table);
    TestingCommitRequest request = new TestingCommitRequest(committable(5, -1), 0);
    restarted.commit(List.of(request));

    assertThat(request.alreadyCommitted).isTrue();
    assertThat(table.committed).hasSize(1);
  }

  @Test
  void rowsBehindTheTablesPositionFailTheJob() {
    table.elsewhere("position:t/0", 100);
    // The writer opened when the position was 49; another job has moved it since.
    table.outcomes.add(TestingCommitTable.Outcome.CONFLICT);

    assertThatThrownBy(() -> commit(committable(5, -1, Map.of("t/0", new PositionRange(50, 120)))))
        .hasMessageContainingAll(PATH, "t/0", "another job");
    assertThat(table.committed).isEmpty();
  }

  @Test
  void positionsAreCommittedWithTheRows() throws IOException {
    commit(committable(5, -1, Map.of("t/0", new PositionRange(50, 120))));

    assertThat(Fence.positions(table.refresh())).containsExactly(Map.entry("t/0", 120L));
  }

  @Test
  void severalCheckpointsCommitInOrderEachAsItsOwnVersion() throws IOException {
    committer.commit(
        List.of(
            new TestingCommitRequest(committable(7, 6), 0),
            new TestingCommitRequest(committable(5, -1), 0),
            new TestingCommitRequest(committable(6, 5), 0)));

    assertThat(table.committed)
        .extracting(DeltaCommittable::checkpointId)
        .containsExactly(5L, 6L, 7L);
  }

  @Test
  void aCommittableOfAnotherTableIsRefused() {
    DeltaCommitter moved = TestingTable.committer("/lake2/silver/trades", table);

    assertThatThrownBy(() -> moved.commit(List.of(new TestingCommitRequest(committable(5, -1), 0))))
        .hasMessageContainingAll(PATH, "/lake2/silver/trades", "Restore");
  }
}
